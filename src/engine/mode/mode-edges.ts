import { type SystemMode, systemModes } from './system-mode.ts'

/**
 * Which mode may follow which. The modes stand in one order of strictness; every stricter mode can
 * be reached from every milder one at once, for trouble does not come in steps. The way back goes
 * by the few edges below, so that load returns in steps: after EMERGENCY nothing is NORMAL again
 * before ULTRA, SAFE and PRE_SAFE were held for their dwell time each.
 */
export const milderEdges: Readonly<Record<SystemMode, readonly SystemMode[]>> = {
  NORMAL: [],
  PRE_SAFE: ['NORMAL'],
  LATENCY: ['NORMAL', 'PRE_SAFE'],
  SAFE: ['PRE_SAFE', 'LATENCY'],
  ULTRA: ['SAFE'],
  RECOVERY: ['NORMAL', 'PRE_SAFE', 'LATENCY', 'SAFE', 'ULTRA'],
  EMERGENCY: ['ULTRA', 'RECOVERY'],
}

/** Place in the order of strictness: 0 is NORMAL. */
export function strictness(mode: SystemMode): number {
  return systemModes.indexOf(mode)
}

/** Whether the table has an edge from one mode to the other. */
export function isEdge(from: SystemMode, to: SystemMode): boolean {
  return strictness(to) > strictness(from) || milderEdges[from].includes(to)
}

/** The first step back from `from`: the mildest edge that is not milder than `wanted`. */
export function stepTowards(from: SystemMode, wanted: SystemMode): SystemMode {
  const steps = milderEdges[from].filter((mode) => strictness(mode) >= strictness(wanted))
  return steps.reduce((one, next) => (strictness(next) < strictness(one) ? next : one), from)
}
