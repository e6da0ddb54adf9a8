/** A wrong request: an unknown fault, or settings that it cannot take. HTTP answers with its status and its message. */
export class RefusedFault extends Error {
  override readonly name = 'RefusedFault'
  readonly status: 400 | 404
  /** The message is for whoever asked. */
  readonly expose = true

  constructor(status: 400 | 404, message: string) {
    super(message)
    this.status = status
  }
}
