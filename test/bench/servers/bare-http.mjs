import { createServer } from 'node:http'

// The least that Node can do. With `close` each connection ends with its answer, as the guard's do.
const closes = process.argv[2] === 'close'

createServer((_request, response) => {
  if (closes) response.shouldKeepAlive = false
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end('OK\n')
}).listen(Number(process.env.PORT), '127.0.0.1')
