/** What a service tells of itself, one event a line of its log. */
export interface LogEvent {
  readonly event: string
  readonly [detail: string]: unknown
}
