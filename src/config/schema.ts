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
