import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const sourceOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // Examples import the package by its names, as its users do. The longer ones first: the first that fits is taken.
  resolve: {
    alias: {
      'failweb/checks': sourceOf('./checks/index.ts'),
      'failweb/testing': sourceOf('./src/testing/index.ts'),
      failweb: sourceOf('./src/index.ts'),
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Many tests start real processes: on a busy machine that takes its time, and none of them judges how long.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // End-to-end tests start processes; on two cores more of them at once only wait for one another.
    maxWorkers: 2,
  },
})
