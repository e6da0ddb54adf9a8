import * as v from 'valibot'
import { CURES } from '../core/check.ts'
import { DEFAULT_STEP } from '../core/draw.ts'
import { LISTEN_EXPECTED, parseListen } from '../core/listen.ts'
import { LONGEST_DELAY_MS } from '../core/rhythm.ts'
import { count, number, option, setting, text } from '../settings/fields.ts'
import { object } from '../settings/object.ts'

const whole = v.pipe(number, v.safeInteger('expected a whole number'))
const port = v.pipe(whole, v.minValue(0), v.maxValue(65_535))
const delayMs = v.pipe(whole, v.minValue(0), v.maxValue(LONGEST_DELAY_MS))

const decay = object({
  step: setting(
    v.pipe(number, v.minValue(0), v.maxValue(100)),
    DEFAULT_STEP,
    'percentage points that each heartbeat adds',
  ),
  seed: option(whole, 'makes a run repeatable'),
})

const journal = object({
  folder: option(text, 'the state folder of the journal; without one nothing is kept'),
  maxBytes: setting(v.pipe(whole, v.minValue(64 * 1024)), 1024 ** 2, 'how long the journal may be'),
})

const listen = v.pipe(
  v.union([v.number(), v.string()], `expected ${LISTEN_EXPECTED}`),
  v.check((listen) => parseListen(listen) !== undefined, `expected ${LISTEN_EXPECTED}`),
)

const guard = object({
  enabled: setting(v.boolean(), false, 'a thread that answers when the event loop cannot'),
  listen: setting(listen, 8081, 'its port, or host:port'),
  silenceMs: setting(v.pipe(delayMs, v.minValue(1_000)), 10_000, 'so long a silence of the event loop fails liveness'),
})

const ladder = object({
  try: v.optional(v.array(v.string())),
  from: v.optional(v.picklist(['warn', 'fail'])),
  waitMs: v.optional(delayMs),
  cooldownMs: v.optional(delayMs),
  perHour: v.optional(count),
  holdMs: v.optional(delayMs),
})

const remedies = object({
  automatic: setting(v.boolean(), true, 'try a remedy before a check is said to fail'),
  dryRun: setting(v.boolean(), false, 'say what would be tried, and try nothing'),
  ladders: setting(
    v.record(v.string(), ladder),
    {},
    'by check: which remedies are tried before it is said to fail, and how often',
  ),
})

const selfDrain = object({
  enabled: setting(v.boolean(), false, 'leave in good order when death is certain and near'),
  withinMs: setting(delayMs, 300_000, 'death is near when it comes within this time at the latest'),
  jitterMs: setting(delayMs, 30_000, 'replicas that fail together leave at different moments'),
})

const faults = object({
  enabled: setting(v.boolean(), false, 'faults on purpose, at /faults'),
  folder: option(text, 'where disk-fill may write; by default the system’s temporary folder'),
})

const identity = object({
  version: setting(text, '1', 'the public version of the service'),
  releaseId: option(text, 'the version that is deployed; by default the package’s'),
  serviceId: option(text, 'which instance this is; by default the host’s name'),
  description: setting(v.string(), '', 'what the service is'),
  notes: setting(v.array(v.string()), [], 'shown in the detail'),
})

/** Everything that may be set, but for the checks: their own settings are theirs. `checks.NAME` takes those. */
export const serviceSchema = object({
  port: setting(port, 8080, 'the port to listen on; 0 takes a free one'),
  host: option(text, 'the address to listen on; all of them by default'),
  decay: v.optional(decay, {}),
  greeting: v.optional(
    object({
      maxEntries: setting(v.pipe(whole, v.minValue(0)), 0, 'how many greetings are kept at most; 0 keeps all'),
    }),
    {},
  ),
  heartbeat: v.optional(
    object({
      asks: setting(
        v.array(v.picklist(CURES)),
        [...CURES],
        'a failing check of one of these cures makes the heartbeat fail',
      ),
    }),
    {},
  ),
  token: option(text, 'reasons, values and changes need it'),
  tokenFile: option(text, 'a file that holds the token'),
  metrics: v.optional(
    object({ public: setting(v.boolean(), false, 'whether /metrics is open even with a token') }),
    {},
  ),
  drainMs: setting(delayMs, 0, 'how long a stopping service is not ready, and still serves'),
  terminationMessagePath: option(text, 'where last words go; by default /dev/termination-log, where there is one'),
  journal: v.optional(journal, {}),
  diagnostics: v.optional(
    object({
      enabled: setting(v.boolean(), false, 'a diagnostic report into journal.folder when a check fails'),
    }),
    {},
  ),
  guard: v.optional(guard, {}),
  remedies: v.optional(remedies, {}),
  selfDrain: v.optional(selfDrain, {}),
  faults: v.optional(faults, {}),
  closeMs: setting(delayMs, 10_000, 'how long requests under way may take to finish after that'),
  identity: v.optional(identity, {}),
  checksFrom: setting(v.array(text), [], 'folders of checks of one’s own (--checks)'),
})

export type ServiceSettings = v.InferOutput<typeof serviceSchema>
