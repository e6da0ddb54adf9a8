/** Where the guard listens. Without a host: on every address. */
export interface ListenAddress {
  readonly port: number
  readonly host?: string
}

export const LISTEN_EXPECTED = 'a port (8081), or an address with one (127.0.0.1:8081, [::1]:8081)'

/** `8081`, `'8081'`, `'127.0.0.1:8081'`, `'[::1]:8081'`, `'localhost:8081'`; port 0 takes a free one. Undefined for anything else. */
export function parseListen(listen: number | string): ListenAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):)?(\d{1,5})$/.exec(`${listen}`) ?? []
  if (digits === undefined || Number(digits) > 65_535) return undefined
  const host = bracketed ?? plain
  return { port: Number(digits), ...(host !== undefined && { host }) }
}
