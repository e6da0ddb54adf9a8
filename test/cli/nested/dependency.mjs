import * as v from 'valibot'

const count = v.optional(v.number(), 3)

/** A check whose settings are called like terms, one level and two levels down. */
export const dependency = {
  name: 'dependency',
  about: 'whether another service answers',
  cure: 'wait',
  settings: v.strictObject({
    url: v.optional(v.string(), 'http://127.0.0.1'),
    retry: v.optional(v.strictObject({ enabled: v.optional(v.boolean(), true), everyMs: count, timeoutMs: count }), {}),
    backOff: v.optional(
      v.strictObject({ patience: v.optional(v.strictObject({ toWorsen: count, cure: count }), {}) }),
      {},
    ),
  }),
  sense: () => 1,
  judge: () => ({ status: 'pass', because: 'it answers', values: {} }),
}
