import { setPriority } from 'node:os'
import autocannon from 'autocannon'

// Load from a process of its own, which gives way to those that are measured: it is the client of an overload, not its cause.
const [url, connections, seconds] = process.argv.slice(2)
setPriority(19)
const { requests, non2xx, errors } = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  timeout: 30,
})
process.stdout.write(JSON.stringify({ perSecond: requests.average, wrong: non2xx + errors }))
