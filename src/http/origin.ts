import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'

/** Who asked: the address at the other end of the connection, an IPv4 one as such. A proxy's is the proxy's. */
export function remoteAddress({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
}

/**
 * Whether a page of another origin sent this, or a client that means another host. A page may send requests to any address; its browser
 * then says which origin the page has, and how far from here that is.
 */
export function isForeign(ctx: Context): boolean {
  const host = hostOf(`http://${ctx.get('Host')}`)
  const [target, origin, site] = [ctx.req.url ?? '/', ctx.get('Origin'), ctx.get('Sec-Fetch-Site')]
  // In absolute form (`POST http://host/path`, as clients ask proxies) the target goes before the header.
  if (!target.startsWith('/') && hostOf(target) !== host) return true
  if (site === 'cross-site' || site === 'same-site') return true
  return origin !== '' && (hostOf(origin) === undefined || hostOf(origin) !== host)
}

/** `localhost:8080`; a scheme's own port is left out. */
function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined
}

/** A proxy on the same machine would lend its loopback address to everyone, and a rebound name its page. */
export function isLocal(ctx: Context): boolean {
  return LOOPBACK.test(remoteAddress(ctx.req)) && isLoopbackHost(ctx.get('Host')) && !isForwarded(ctx.req)
}

const LOOPBACK = /^127\.\d+\.\d+\.\d+$|^::1$/

function isLoopbackHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return name.toLowerCase() === 'localhost' || LOOPBACK.test(name)
}

/** What proxies, meshes, load balancers and CDNs add. A header too many refuses a client that can leave it out; one too few lends loopback away. */
const FORWARDING = new RegExp(
  `^(${[
    'forwarded(-.*)?|via|max-forwards|cdn-loop|client-ip|remote-addr|remote-ip',
    'x-(forwarded|original|envoy|azure|akamai|amzn|amz-cf|arr|appengine|fd|ms-forwarded|sucuri|varnish)(-.*)?',
    'x-(real|client|cluster-client|remote|proxyuser|coming-from|true-client|host)(-?ip|-?addr)?',
    '(true-client|fastly-client|proxy-client|wl-proxy-client|do-connecting|incap-client|fly-client|cf-connecting)-ip(v6)?',
    'cf-(ray|visitor|ipcountry|worker|pseudo-ipv4)|fastly-ff|akamai-origin-hop|x-proxy(-.*)?|proxy-connection',
  ].join('|')})$`,
)

/** nginx, left to its defaults, adds no header and gives the upstream's own name as `Host`; but it speaks HTTP/1.0, which clients no longer do. */
function isForwarded({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion === '1.0' || Object.keys(headers).some((name) => FORWARDING.test(name))
}
