import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // End-to-end tests start processes; on two cores more of them at once only wait for one another.
    maxWorkers: 2,
  },
})
