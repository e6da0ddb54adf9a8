import { watchErrors } from '../../../src/host/errors.ts'

/** Goes wrong as its first argument says, watched when the second says so; writes what the watch saw as it exits. */
const [wrong, watched] = process.argv.slice(2)
const watches = watched === 'watched' ? [watchErrors(), watchErrors()] : []

process.on('exit', () => {
  for (const watch of watches) process.stdout.write(`${JSON.stringify(watch.look())}\n`)
})

switch (wrong) {
  case 'rejection':
    Promise.reject(new TypeError('nobody listens'))
    break
  case 'exception':
    setTimeout(() => {
      throw new RangeError('nobody catches')
    }, 1)
    break
  case 'heard-rejection':
    process.on('unhandledRejection', () => {})
    Promise.reject(Object.assign(new Error('too many'), { code: 'EMFILE' }))
    break
  case 'heard-once':
    process.once('unhandledRejection', () => {
      setTimeout(() => Promise.reject(new Error('the second')), 1)
    })
    Promise.reject(new Error('the first'))
    break
  case 'heard-both':
    process.on('unhandledRejection', () => {}).on('uncaughtException', () => {})
    Promise.reject(new Error('heard twice'))
    break
  case 'caught-exception':
    process.on('uncaughtException', () => {})
    setTimeout(() => {
      throw new RangeError('somebody catches')
    }, 1)
    break
  case 'listeners':
    for (let i = 0; i < 11; i++) process.stdin.on('end', () => {})
    break
}
