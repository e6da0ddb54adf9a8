import { createServer } from 'node:http'
import terminus from '@godaddy/terminus'

const check = () => globalThis.dependency()
const server = createServer((_request, response) => response.end('Hello, World!\n'))
terminus.createTerminus(server, { healthChecks: { '/livez': async () => {}, '/readyz': check } })
server.listen(Number(process.env.PORT), '127.0.0.1')
