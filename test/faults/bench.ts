import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Caches, Numbers } from '../../src/core/surroundings.ts'
import type { FaultChange, Faults, FaultsSetup } from '../../src/faults/faults.ts'
import { createFaults } from '../../src/faults/faults.ts'
import { createCaches } from '../../src/host/caches.ts'
import { createNumbers } from '../../src/host/numbers.ts'
import { FakeClock, settle } from '../fake-clock.ts'

export interface Scene {
  readonly clock: FakeClock
  readonly faults: Faults
  readonly caches: Caches
  readonly numbers: Numbers
  readonly folder: string
  /** What the service's cache holds. */
  readonly kept: Set<string>
  readonly logged: { readonly event: string; readonly [detail: string]: unknown }[]
  readonly changes: FaultChange[]
  end(): Promise<void>
}

/** Faults with everything that they may break, on a clock that moves when told. */
export function createScene(setup: Partial<FaultsSetup> = {}): Scene {
  const clock = new FakeClock()
  const folder = mkdtempSync(join(tmpdir(), 'failweb-faults-'))
  const [caches, numbers, kept] = [createCaches(), createNumbers(), new Set<string>()]
  const logged: Scene['logged'] = []
  const changes: FaultChange[] = []
  const cache = { put: (key: string) => void kept.add(key), size: () => kept.size }
  const faults = createFaults({
    clock,
    folder,
    surroundings: { caches, numbers, cache, log: (event) => void logged.push(event) },
    onChange: (change) => void changes.push(change),
    ...setup,
  })
  const end = async () => {
    await faults.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { clock, faults, caches, numbers, folder, kept, logged, changes, end }
}

/** The newest numbers of a fault that is active. */
export function progressOf(faults: Faults, name: string): Readonly<Record<string, number>> {
  return faults.list().find((fault) => fault.name === name)?.progress ?? {}
}

/** Sockets and files need real turns of the loop, however long those take, and no time on the clock. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not so after 15 s: ${holds}`)
    await settle()
  }
}
