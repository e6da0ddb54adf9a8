import { get } from 'node:http'

/** Reads live news with so many connections, in a process of its own, so that reading them slows nobody's measuring. Says once a second how many bytes came. */
const [url = '', count = '0'] = process.argv.slice(2)
let bytes = 0

const join = () =>
  new Promise((resolve, reject) => {
    const request = get(`${url}/status/events`, { agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`a reader was answered with ${response.statusCode}`))
      response.on('data', (chunk) => {
        bytes += chunk.length
      })
      response.once('data', resolve)
    })
    request.once('error', reject)
  })

for (let joined = 0; joined < Number(count); joined += 50) await Promise.all(Array.from({ length: 50 }, join))
setInterval(() => process.stdout.write(`${bytes}\n`), 1_000)
