import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Examples import the package by its name, as its users do.
  resolve: { alias: { failweb: fileURLToPath(new URL('./src/index.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts'],
    // Many tests start real processes: on a busy machine that takes its time, and none of them judges how long.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // End-to-end tests start processes; on two cores more of them at once only wait for one another.
    maxWorkers: 2,
  },
})
