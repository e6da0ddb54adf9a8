import { isAbsolute } from 'node:path'
import * as v from 'valibot'
import { bytesIn, inBytes } from '../src/core/byte-size.ts'
import { defineCheck, type Part, type Said, type Verdict } from '../src/core/check.ts'
import { edgesOf, grade, type Limits, limitsInWords, valueLimits } from '../src/core/limits.ts'
import { saidOf, type Unseen, verdictOf } from '../src/core/parts.ts'
import { newest } from '../src/core/samples.ts'
import { apart, inPercent } from '../src/core/wording.ts'
import { adviceOnWorst, placed } from '../src/host/disk-advice.ts'
import { forecastOf, roomBehind, trendInWords } from '../src/host/disk-trend.ts'
import { type DiskReading, Disks, type Followed } from '../src/host/disks.ts'
import type { WatchedSize } from '../src/host/folders.ts'
import type { MountSpace } from '../src/host/mounts.ts'
import { setting } from '../src/settings/fields.ts'
import { limitsInOrder, ratioLimits } from '../src/settings/limits.ts'
import { object } from '../src/settings/object.ts'
import { filling } from '../src/stats/filling.ts'

const path = v.pipe(v.string(), v.check(isAbsolute, 'expected an absolute path'))

const size = v.pipe(
  v.union([v.number(), v.string()]),
  v.transform((written) => (typeof written === 'number' ? written : (bytesIn(written) ?? 0))),
  v.gtValue(0, 'expected bytes, or a size such as 500MiB'),
)

const watched = v.pipe(
  object({
    path: v.pipe(path, v.description('a folder or a file')),
    warnAt: v.pipe(size, v.description('warns from this size on: bytes, or a size such as 400MiB')),
    failAt: v.pipe(size, v.description('fails from this size on')),
  }),
  limitsInOrder(),
)

const settings = v.pipe(
  object({
    paths: setting(v.array(path), ['/'], 'the file systems that these are on, each once'),
    watch: setting(v.array(watched), [], 'folders and files with a size limit of their own'),
    ...ratioLimits({ warnAt: 0.8, failAt: 0.9, clearBy: 0.02 }),
  }),
  limitsInOrder(),
  v.forward(
    v.check(({ paths, watch }) => paths.length + watch.length > 0, 'expected a path, here or in watch'),
    ['paths'],
  ),
  v.forward(
    v.check(
      ({ watch, clearBy }) => watch.every(({ warnAt, failAt }) => clearBy < warnAt / failAt),
      'expected warnAt to be a larger share of failAt than clearBy: else a warning would never clear',
    ),
    ['watch'],
  ),
  v.forward(
    v.check(({ watch }) => new Set(watch.map(({ path }) => path)).size === watch.length, 'expected each path once'),
    ['watch'],
  ),
)

type Settings = v.InferOutput<typeof settings>
type Watched = Settings['watch'][number]

/**
 * Whether the disks will hold: space and inodes as `df` has them, when they will be full, and the size of single folders, since
 * the limit on a container's own storage cannot be seen from within. Full disks are a person's to cure: a restart deletes nothing.
 */
export const diskUsageCheck = defineCheck<DiskReading, Settings, Disks>({
  name: 'disk-usage',
  about: 'space, inodes and time to full of file systems, and the size of single folders',
  cure: 'person',
  advice:
    'see what has grown there (kubectl exec, then du -akx | sort -n), rotate it or delete it; of a file that is open the space comes back when it is closed. Where Kubernetes limits that volume or the pod’s ephemeral storage, it evicts the pod that is over',
  settings,
  rhythm: { everyMs: 30_000, timeoutMs: 5_000, toWorsen: 2, toRecover: 2 },
  values: {
    used_ratio: 'the share that is used, of what a program may use; of a folder, the share of the limit set for it',
    used_bytes: 'bytes that are used',
    available_bytes: 'bytes that a program may still write',
    size_bytes: 'bytes in all, those reserved for root included',
    inodes_used_ratio: 'the share of the inodes that are used',
    free_inodes: 'inodes that are free: how many more files there may be',
  },
  observes: { measurement: 'utilization', value: 'used_ratio' },
  open: (_, { clock }) => new Disks(clock),
  close: (disks) => disks.close(),
  sense({ settings: { paths, watch }, held, signal }) {
    const folders = watch.map(({ path }) => path)
    return held.look(paths, folders, signal)
  },
  judge(samples, settings, said) {
    const { mounts, folders } = newest(samples).reading
    const [sealed, writable] = [seenOf(mounts).filter(isSealed), seenOf(mounts).filter((mount) => !isSealed(mount))]
    const disks = writable.flatMap((mount) => [
      placed(mount, 'bytes', judgeSpace(mount, settings, said)),
      ...judgeInodes(mount, settings, said).map((part) => placed(mount, 'files', part)),
    ])
    const contents = seenOf(folders).flatMap((folder) =>
      settings.watch
        .filter(({ path }) => path === folder.path)
        .map((watched) => placed(folder, 'bytes', judgeFolder(folder, watched, seenOf(mounts), settings, said))),
    )
    const parts = [...disks, ...contents].map(({ part }) => part)
    const verdict = verdictOf([...parts, ...sealed.map(sealedPart)], [...unseenOf(mounts), ...unseenOf(folders)])
    if (verdict.status === 'pass')
      return alsoOf(
        contents.map(({ part }) => part),
        verdict,
      )
    const advice = adviceOnWorst(verdict, [...disks, ...contents])
    return advice === undefined ? verdict : { ...verdict, advice }
  },
})

/** Where all is well the fullest folder is spoken of, too: whoever saw it fail looks for it by name. */
function alsoOf(contents: readonly Part[], verdict: Verdict): Verdict {
  const [fullest] = contents.toSorted((a, b) => (b.values?.['used_ratio'] ?? 0) - (a.values?.['used_ratio'] ?? 0))
  if (!fullest || verdict.because.includes(fullest.because)) return verdict
  return { ...verdict, because: `${verdict.because}; ${fullest.because}` }
}

const seenOf = <T extends object>(looked: readonly (T | Unseen)[]) =>
  looked.flatMap((one) => ('because' in one ? [] : [one]))
const unseenOf = <T extends object>(looked: readonly (T | Unseen)[]) =>
  looked.flatMap((one) => ('because' in one ? [one] : []))

const isSealed = ({ readOnly }: MountSpace) => readOnly === true

/** An image is full by nature, and stays so: no share of it is told, which an alert would be held against. */
function sealedPart({ path, usedBytes, availableBytes, sizeBytes }: MountSpace): Part {
  return {
    subject: path,
    status: 'pass',
    because: `the file system of ${path} is read-only (${inBytes(usedBytes)} used), so it cannot fill`,
    values: { used_bytes: usedBytes, available_bytes: availableBytes, size_bytes: sizeBytes },
  }
}

function judgeSpace(mount: Followed<MountSpace>, limits: Limits, said?: Said): Part {
  const { path, usedBytes, availableBytes, sizeBytes } = mount
  const whole = usedBytes + availableBytes
  const level = gradePart(path, usedBytes, whole, limits, said)
  const fill = filling(mount.trail, availableBytes, whole)
  return {
    subject: path,
    status: fill && level.status === 'pass' ? 'warn' : level.status,
    because: `${level.shown} of ${path} is used (${inBytes(availableBytes)} available)${trendInWords(mount, level.status, 'full', fill)}; ${level.limit}`,
    values: {
      used_ratio: usedBytes / whole,
      used_bytes: usedBytes,
      available_bytes: availableBytes,
      size_bytes: sizeBytes,
    },
    limits: valueLimits(limits),
    ...(fill && { forecast: forecastOf(fill, `${path} full`) }),
  }
}

/** A part of its own: a disk runs out of inodes with space left, and then no file can be made. */
function judgeInodes({ path, inodes, freeInodes }: MountSpace, limits: Limits, said?: Said): readonly Part[] {
  if (inodes <= 0) return []
  const subject = `${path} (inodes)`
  const level = gradePart(subject, inodes - freeInodes, inodes, limits, said)
  return [
    {
      subject,
      status: level.status,
      because: `${level.shown} of the inodes of ${path} are used (${freeInodes} free); ${level.limit}`,
      values: { inodes_used_ratio: (inodes - freeInodes) / inodes, free_inodes: freeInodes },
    },
  ]
}

/** Against its own limits; they are left by the same share as those of a file system. */
function judgeFolder(
  folder: Followed<WatchedSize>,
  watched: Watched,
  mounts: readonly MountSpace[],
  { clearBy }: Settings,
  said?: Said,
): Part {
  const { path, bytes, trail } = folder
  const { warnAt, failAt } = watched
  const subject = `${path} (contents)`
  const limits = { warnAt: warnAt / failAt, failAt: 1, clearBy }
  const status = grade(bytes / failAt, limits, saidOf(subject, said))
  const fill = bytes < failAt ? filling(trail, failAt - bytes, failAt) : undefined
  const edges = edgesOf(limits)
  const share = apart(inPercent, bytes / failAt, edges)
  const size = apart((share, more) => inBytes(share * failAt, more), bytes / failAt, edges)
  const limit = limitsInWords(status, bytes / failAt, limits, size)
  const heard = fill && status === 'pass' ? 'warn' : status
  return {
    subject,
    status: heard,
    because: `${path} holds ${size(bytes / failAt)} (${share(bytes / failAt)} of the limit set for it)${trendInWords(folder, status, inBytes(failAt), fill)}${roomBehind(folder, mounts, heard)}; ${limit}`,
    values: { used_ratio: bytes / failAt, used_bytes: bytes },
    limits: valueLimits(limits),
    ...(fill && { forecast: forecastOf(fill, `${path} at ${inBytes(failAt)}`) }),
  }
}

function gradePart(subject: string, used: number, whole: number, limits: Limits, said?: Said) {
  const status = grade(used / whole, limits, saidOf(subject, said))
  const word = apart(inPercent, used / whole, edgesOf(limits))
  return { status, shown: asDf(used, whole, limits, word), limit: limitsInWords(status, used / whole, limits, word) }
}

/** Rounded up, as df prints it; with more digits where that would show a limit as reached which is not. */
function asDf(used: number, whole: number, { warnAt, failAt }: Limits, word: (share: number) => string): string {
  const percent = Math.ceil((used * 100) / whole)
  const misleads = [warnAt, failAt].some((limit) => percent >= limit * 100 && used < limit * whole)
  return misleads ? word(used / whole) : `${percent}%`
}
