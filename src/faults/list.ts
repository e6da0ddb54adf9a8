import { blockFault } from './block.ts'
import { cacheGrowthFault } from './cache-growth.ts'
import { cpuBurnFault } from './cpu-burn.ts'
import { exitFault, rejectionFault, uncaughtFault } from './crash.ts'
import { descriptorLeakFault } from './descriptor-leak.ts'
import { diskFillFault } from './disk-fill.ts'
import { errorsFault } from './errors.ts'
import type { Fault } from './fault.ts'
import { heartbeatFault } from './heartbeat.ts'
import { latencyFault } from './latency.ts'
import { logFloodFault } from './log-flood.ts'
import { bufferLeakFault, heapLeakFault } from './memory.ts'
import { notANumberFault } from './not-a-number.ts'
import { stopFault } from './stop.ts'

/** Every fault there is. Those that meet requests meet them in this order: what is late may still fail. */
export const FAULTS: readonly Fault[] = [
  latencyFault,
  errorsFault,
  heartbeatFault,
  heapLeakFault,
  bufferLeakFault,
  cacheGrowthFault,
  diskFillFault,
  logFloodFault,
  blockFault,
  cpuBurnFault,
  descriptorLeakFault,
  notANumberFault,
  rejectionFault,
  uncaughtFault,
  exitFault,
  stopFault,
]
