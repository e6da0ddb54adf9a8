import { createServer } from 'node:http'

// The least that readers of news cost: Node's own server, answers that never end, and nobody who writes to them. And a page with one
// word in it, as long as it is asked for: the least that a browser takes.
const word = '<!doctype html><html lang="en"><meta charset="utf-8"><title>bare</title><h1>Hello</h1>'

createServer((request, response) => {
  if (request.url === '/status/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write(': ping\n\n')
    return
  }
  const bytes = Number(new URL(request.url, 'http://bare').searchParams.get('bytes'))
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.end(`${word}<!--${'x'.repeat(Math.max(0, bytes - word.length - 7))}-->`)
}).listen(Number(process.env.PORT), '127.0.0.1')
