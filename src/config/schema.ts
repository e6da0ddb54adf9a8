import { z } from 'zod'
import { CURES, type Cure } from '../core/check.ts'
import { DEFAULT_STEP } from '../core/draw.ts'
import { LONGEST_DELAY_MS } from '../core/rhythm.ts'

const delayMs = z.int().min(0).max(LONGEST_DELAY_MS)

/** Everything that may be set, but for the checks: their own settings are theirs. `checks.NAME` takes those. */
export const serviceSchema = z.strictObject({
  port: z.int().min(0).max(65_535).default(8080).describe('the port to listen on; 0 takes a free one'),
  host: z.string().min(1).optional().describe('the address to listen on; all of them by default'),
  decay: z
    .strictObject({
      step: z.number().min(0).max(100).default(DEFAULT_STEP).describe('percentage points that each heartbeat adds'),
      seed: z.int().optional().describe('makes a run repeatable'),
    })
    .prefault({}),
  greeting: z
    .strictObject({
      maxEntries: z.int().min(0).default(0).describe('how many greetings are kept at most; 0 keeps all'),
    })
    .prefault({}),
  heartbeat: z
    .strictObject({
      asks: z
        .array(z.enum(CURES as [Cure, ...Cure[]]))
        .default([...CURES])
        .describe('a failing check of one of these cures makes the heartbeat fail'),
    })
    .prefault({}),
  token: z.string().min(1).optional().describe('reasons, values and changes need it'),
  tokenFile: z.string().min(1).optional().describe('a file that holds the token'),
  metrics: z
    .strictObject({ public: z.boolean().default(false).describe('whether /metrics is open even with a token') })
    .prefault({}),
  drainMs: delayMs.default(0).describe('how long a stopping service is not ready, and still serves'),
  terminationMessagePath: z
    .string()
    .min(1)
    .optional()
    .describe('where last words go; by default /dev/termination-log, where there is one'),
  journal: z
    .strictObject({
      folder: z.string().min(1).optional().describe('the state folder of the journal; without one nothing is kept'),
      maxBytes: z
        .int()
        .min(64 * 1024)
        .default(1024 ** 2)
        .describe('how long the journal may be'),
    })
    .prefault({}),
  diagnostics: z
    .strictObject({
      enabled: z.boolean().default(false).describe('a diagnostic report into journal.folder when a check fails'),
    })
    .prefault({}),
  guard: z
    .strictObject({
      enabled: z.boolean().default(false).describe('a thread that answers when the event loop cannot'),
      listen: z
        .union([z.int().min(0).max(65_535), z.string().min(1)])
        .default(8081)
        .describe('its port, or host:port'),
      silenceMs: delayMs.min(1_000).default(10_000).describe('so long a silence of the event loop fails liveness'),
    })
    .prefault({}),
  remedies: z
    .strictObject({
      automatic: z.boolean().default(true).describe('try a remedy before a check is said to fail'),
      dryRun: z.boolean().default(false).describe('say what would be tried, and try nothing'),
      ladders: z
        .record(
          z.string(),
          z.strictObject({
            try: z.array(z.string()).optional(),
            from: z.enum(['warn', 'fail']).optional(),
            waitMs: delayMs.optional(),
            cooldownMs: delayMs.optional(),
            perHour: z.int().min(1).optional(),
            holdMs: delayMs.optional(),
          }),
        )
        .default({})
        .describe('by check: which remedies are tried before it is said to fail, and how often'),
    })
    .prefault({}),
  selfDrain: z
    .strictObject({
      enabled: z.boolean().default(false).describe('leave in good order when death is certain and near'),
      withinMs: delayMs.default(300_000).describe('death is near when it comes within this time at the latest'),
      jitterMs: delayMs.default(30_000).describe('replicas that fail together leave at different moments'),
    })
    .prefault({}),
  faults: z
    .strictObject({
      enabled: z.boolean().default(false).describe('faults on purpose, at /faults'),
      folder: z
        .string()
        .min(1)
        .optional()
        .describe('where disk-fill may write; by default the system’s temporary folder'),
    })
    .prefault({}),
  closeMs: delayMs.default(10_000).describe('how long requests under way may take to finish after that'),
  identity: z
    .strictObject({
      version: z.string().min(1).default('1').describe('the public version of the service'),
      releaseId: z.string().min(1).optional().describe('the version that is deployed; by default the package’s'),
      serviceId: z.string().min(1).optional().describe('which instance this is; by default the host’s name'),
      description: z.string().default('').describe('what the service is'),
      notes: z.array(z.string()).default([]).describe('shown in the detail'),
    })
    .prefault({}),
  checksFrom: z.array(z.string().min(1)).default([]).describe('folders of checks of one’s own (--checks)'),
})

export type ServiceSettings = z.output<typeof serviceSchema>
