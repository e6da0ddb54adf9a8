import { createServer } from 'node:http'
import { createLightship } from 'lightship'

// It serves its probes on a port of its own. It has no checks: the program says when it is not ready.
const lightship = await createLightship({ port: Number(process.env.SECOND_PORT), detectKubernetes: false })
createServer((_request, response) => response.end('Hello, World!\n')).listen(
  Number(process.env.PORT),
  '127.0.0.1',
  () => lightship.signalReady(),
)
