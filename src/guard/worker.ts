import { writeSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { writeTerminationMessage } from '../host/termination-message.ts'
import { watchThread } from '../host/thread.ts'
import { wakingClock } from '../system-clock.ts'
import type { Answers, Posting, Report } from './contract.ts'
import { rightsReader } from './rights.ts'
import { createGuardServer } from './server.ts'
import { captureStack } from './stack.ts'
import { Watchman } from './watchman.ts'

// The guard's thread. It shares nothing with the main thread but one counter, and needs nothing of it once it has begun.

const posting = workerData as Posting
let answers: Answers = posting.answers
parentPort?.on('message', (posted: Answers) => {
  answers = posted
})

const { beats, silenceMs, terminationMessagePath, lastWordsPath } = posting
const thread = watchThread(process.pid)
const watchman = new Watchman({
  clock: wakingClock,
  silenceMs,
  beats: () => Atomics.load(beats, 0),
  thread: thread.look,
  captureStack: (isSilent) => captureStack(wakingClock, isSilent),
  log,
  leave(words) {
    for (const path of [terminationMessagePath, lastWordsPath]) {
      if (path !== undefined) writeTerminationMessage(path, words)
    }
  },
  turned: (stall) => report({ kind: 'turned', stall }),
  posted: () => answers.lastWords,
})
const server = createGuardServer(
  () => ({ pulse: watchman.look(), finding: watchman.finding, answers, silenceMs }),
  await rightsReader(posting, wakingClock),
)
server.once('error', ({ code = '', message }: NodeJS.ErrnoException) => {
  report({ kind: 'cannot-listen', code, message })
})
server.listen({ port: posting.port, ...(posting.host !== undefined && { host: posting.host }) }, () => {
  report({ kind: 'listening', port: (server.address() as AddressInfo).port })
})
watchman.run(new AbortController().signal)

function report(what: Report): void {
  parentPort?.postMessage(what)
}

/** `console.log` of a worker goes through the main thread, and waits there with it. One write is one whole line. */
function log(event: Readonly<Record<string, unknown>>): void {
  try {
    writeSync(1, `${JSON.stringify({ time: wakingClock.date().toISOString(), ...event })}\n`)
  } catch {
    // Nobody reads the log, or its disk is full. The line is lost, the guard is not.
  }
}
