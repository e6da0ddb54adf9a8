/** The message of what was thrown. Anything may be, and not everything can be read: an object without a prototype, a message that throws. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'it threw something that cannot be read'
  }
}
