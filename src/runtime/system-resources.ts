import { totalmem } from 'node:os'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { getHeapStatistics } from 'node:v8'
import type { Clock } from './clock.ts'
import { LoopLag } from './loop-lag.ts'
import type { Resources, ResourceSample } from './resources.ts'

/** Of this process, from Node. Where its container sets no limit, memory is the machine's. */
export function systemResources(clock: Clock): Resources {
  return {
    watch() {
      const lag = new LoopLag(clock)
      let atMs = clock.monotonicMs()
      let cpu = process.cpuUsage()
      let loop = performance.eventLoopUtilization()
      return {
        take() {
          const nowMs = clock.monotonicMs()
          const cpuNow = process.cpuUsage()
          const loopNow = performance.eventLoopUtilization()
          const overMs = nowMs - atMs
          const cpuMs = (cpuNow.user + cpuNow.system - cpu.user - cpu.system) / 1_000
          const { p90Ms, maxMs } = lag.take()
          const sample: ResourceSample = {
            overMs,
            loopLagMs: p90Ms,
            loopLagMsMax: maxMs,
            loopShare: performance.eventLoopUtilization(loopNow, loop).utilization,
            cpuShare: overMs > 0 ? cpuMs / overMs : 0,
            ...memory(),
            handles: process.getActiveResourcesInfo().length,
          }
          atMs = nowMs
          cpu = cpuNow
          loop = loopNow
          return sample
        },
        stop: () => lag.stop(),
      }
    },
  }
}

function memory() {
  const { rss, heapUsed } = process.memoryUsage()
  // 0 or a number beyond all memory: there is no limit.
  const limit = process.constrainedMemory()
  const machine = totalmem()
  return {
    heapUsedBytes: heapUsed,
    heapMaxBytes: getHeapStatistics().heap_size_limit,
    residentBytes: rss,
    memoryMaxBytes: limit > 0 && limit < machine ? limit : machine,
  }
}
