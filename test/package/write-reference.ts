import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, readApi } from './api.ts'
import { listing, reference } from './reference.ts'

/** Writes what the package exports, as it is built now, into the two files that the test compares with. */
const entries = readApi()
mkdirSync(join(ROOT, 'docs'), { recursive: true })
writeFileSync(join(ROOT, 'test/package/api.txt'), listing(entries))
writeFileSync(join(ROOT, 'docs/API.md'), reference(entries))
