import { readdir } from 'node:fs/promises'

export const queueDepth = {
  name: 'queue-depth',
  about: 'jobs that wait in the spool folder',
  cure: 'wait',
  advice: 'see which job holds up the others, or start more workers',
  values: { depth_jobs: 'Jobs that wait.' },
  sense: async () => (await readdir(process.env.SPOOL ?? '/var/spool/jobs')).length,
  judge: ([{ reading: jobs }]) => ({
    status: jobs >= 100 ? 'fail' : jobs >= 50 ? 'warn' : 'pass',
    because: `${jobs} jobs wait; warns at 50, fails at 100`,
    values: { depth_jobs: jobs },
  }),
}
