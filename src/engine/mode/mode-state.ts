import { assert } from '../../runtime/index.ts'
import { isEdge, stepTowards, strictness } from './mode-edges.ts'
import type { ModeDecision, SystemMode } from './system-mode.ts'

/**
 * When a mode is entered and left: one pure function.
 *
 * - The strictest mode that anything asks for is the one that holds. A halted journal, a
 *   restoration, a failed essential component and `--safe-mode` are facts and act at once.
 * - Health and latency are measurements, and noise: a stricter mode is entered once every
 *   measurement of `CONFIRM_MS` asked for a stricter one, and then the mildest of those.
 * - A milder mode is entered once every measurement of the mode's dwell time asked for a milder
 *   one, with a margin, and then the strictest of those, one edge at a time.
 *
 * - A way back that was tried too soon is tried later the next time: with each relapse, a stricter
 *   mode by measurement within `RELAPSE_MS` of a milder one, the dwell times double, up to 8 times.
 *
 * So between entering a mode and leaving it again lies at least its dwell time, whatever the
 * noise; only what is worse comes sooner.
 */
export function nextMode(state: ModeState, signals: ModeSignals, nowMs: number): ModeState {
  assert(signals.health >= 0 && signals.health <= 100, 'health is 0 to 100')
  const fact = factOf(signals)
  const asked = stricterDecision(fact, measuredMode(signals, 0))
  if (strictness(fact.mode) > strictness(state.mode)) return moved(state, fact, nowMs)
  if (strictness(asked.mode) > strictness(state.mode)) return towardsStricter(state, asked, nowMs)
  const calm = stricterDecision(fact, measuredMode(signals, MARGIN))
  if (strictness(calm.mode) < strictness(state.mode)) return towardsMilder(state, calm, nowMs)
  return stayed(state, fact)
}

/** The mode a process begins with: nothing is taken before the state of the last one is back. */
export function startingMode(nowMs: number): ModeState {
  const reason = 'state is being rebuilt'
  return { mode: 'RECOVERY', starting: true, sinceMs: nowMs, reason, pending: null, ...unproven }
}

export type ModeState = RecoveryState | OtherState

interface RecoveryState extends Entered {
  readonly mode: 'RECOVERY'
  /** From the start of the process until its state is back: left at once, without dwell. */
  readonly starting: boolean
}

interface OtherState extends Entered {
  readonly mode: Exclude<SystemMode, 'RECOVERY'>
}

interface Entered extends ModeDecision {
  /** By the monotonic clock, as every time here. */
  readonly sinceMs: number
  /** What the measurements have asked for, without a break, and since when. */
  readonly pending: Pending | null
  /** How often in a row a milder mode did not last. */
  readonly relapses: number
  /** When the last milder mode was entered, until it has relapsed. */
  readonly easedMs: number | null
}

interface Pending {
  readonly way: 'stricter' | 'milder'
  readonly sinceMs: number
  readonly to: ModeDecision
}

export interface ModeSignals {
  /** 0 to 100. */
  readonly health: number
  /** What weighs most on it, as the end of a sentence. */
  readonly healthReason: string
  /** Expected latency against what is critical: above 1 it is too long. */
  readonly latencyRatio: number
  /** Why durable work stopped, or null. */
  readonly halted: string | null
  /** The essential component or group that is being restored, or null. */
  readonly restoring: string | null
  /** The essential component that failed and is not coming back by itself, or null. */
  readonly essentialFailing: string | null
  /** Set by `--safe-mode`: nothing milder than SAFE. */
  readonly heldSafe: boolean
}

/** Health below which a mode is asked for. */
export const healthFloors: readonly (readonly [mode: SystemMode, below: number])[] = [
  ['EMERGENCY', 40],
  ['ULTRA', 60],
  ['SAFE', 80],
  ['PRE_SAFE', 95],
]

/** How long a mode is held after the last measurement that asked for it. */
export const dwellMs: Readonly<Record<SystemMode, number>> = {
  NORMAL: 0,
  PRE_SAFE: 5_000,
  LATENCY: 5_000,
  SAFE: 10_000,
  ULTRA: 10_000,
  RECOVERY: 1_000,
  EMERGENCY: 15_000,
}

/** A stricter mode so soon after a milder one says that the milder one came too early. */
export const RELAPSE_MS = 60_000
const RELAPSES_MAX = 3

/** How long measurements must ask for a stricter mode before it is entered. */
export const CONFIRM_MS = 500

/** How many points above its floor health must be to come back. */
export const MARGIN = 2
const LATENCY_MARGIN = 0.2

function factOf(signals: ModeSignals): ModeDecision {
  const { halted, restoring, essentialFailing, heldSafe } = signals
  if (halted !== null) return { mode: 'EMERGENCY', reason: `nothing more is recorded: ${halted}` }
  if (restoring !== null) return { mode: 'RECOVERY', reason: `${restoring} is being restored` }
  if (essentialFailing !== null) {
    return { mode: 'SAFE', reason: `the essential component ${essentialFailing} failed` }
  }
  if (heldSafe) return { mode: 'SAFE', reason: 'held in SAFE by --safe-mode' }
  return { mode: 'NORMAL', reason: 'everything answers' }
}

function measuredMode(signals: ModeSignals, margin: number): ModeDecision {
  const { health, healthReason, latencyRatio } = signals
  const floor = healthFloors.find(([, below]) => health < below + margin)
  const byHealth: ModeDecision = floor
    ? { mode: floor[0], reason: `health is ${Math.floor(health)}: ${healthReason}` }
    : { mode: 'NORMAL', reason: 'everything answers' }
  const limit = margin === 0 ? 1 : 1 - LATENCY_MARGIN
  if (latencyRatio <= limit) return byHealth
  const times = latencyRatio.toFixed(1)
  const reason = `an answer is expected to take ${times} times what is bearable`
  return stricterDecision(byHealth, { mode: 'LATENCY', reason })
}

function towardsStricter(state: ModeState, asked: ModeDecision, nowMs: number): ModeState {
  const pending = pendingOf(state, 'stricter')
  const isMilder = pending !== null && strictness(pending.to.mode) < strictness(asked.mode)
  const to = isMilder ? pending.to : asked
  const sinceMs = pending?.sinceMs ?? nowMs
  if (nowMs - sinceMs >= CONFIRM_MS) return moved(state, to, nowMs, relapsed(state, nowMs))
  return { ...state, pending: { way: 'stricter', sinceMs, to } }
}

function towardsMilder(state: ModeState, calm: ModeDecision, nowMs: number): ModeState {
  if (state.mode === 'RECOVERY' && state.starting) return moved(state, calm, nowMs, unproven)
  const pending = pendingOf(state, 'milder')
  const isStricter = pending !== null && strictness(pending.to.mode) > strictness(calm.mode)
  const to = isStricter ? pending.to : calm
  const sinceMs = pending?.sinceMs ?? nowMs
  if (nowMs - sinceMs < dwellMs[state.mode] * 2 ** state.relapses) {
    return { ...state, pending: { way: 'milder', sinceMs, to } }
  }
  const mode = stepTowards(state.mode, to.mode)
  const eased = { relapses: state.relapses, easedMs: nowMs }
  if (mode === to.mode) return moved(state, to, nowMs, eased)
  return moved(state, { mode, reason: `on the way back from ${state.mode}` }, nowMs, eased)
}

/** A fact says its reason anew; a measurement keeps the one it was entered for. */
function stayed(state: ModeState, fact: ModeDecision): ModeState {
  const reason = fact.mode === state.mode ? fact.reason : state.reason
  if (state.pending === null && reason === state.reason) return state
  return { ...state, reason, pending: null }
}

function pendingOf(state: ModeState, way: Pending['way']): Pending | null {
  return state.pending?.way === way ? state.pending : null
}

/** A relapse counts once; where the last milder mode has lasted, counting begins anew. */
function relapsed({ relapses, easedMs }: ModeState, nowMs: number): Proof {
  if (easedMs === null) return { relapses, easedMs }
  if (nowMs - easedMs > RELAPSE_MS) return unproven
  return { relapses: Math.min(relapses + 1, RELAPSES_MAX), easedMs: null }
}

type Proof = Pick<Entered, 'relapses' | 'easedMs'>

const unproven: Proof = { relapses: 0, easedMs: null }

/** `proof` is kept as it is where a fact decided: it says nothing of whether calm was real. */
function moved(
  from: ModeState,
  { mode, reason }: ModeDecision,
  nowMs: number,
  proof: Proof = { relapses: from.relapses, easedMs: from.easedMs },
): ModeState {
  assert(isEdge(from.mode, mode), `there is no edge from ${from.mode} to ${mode}`)
  const { relapses, easedMs } = proof
  const common = { sinceMs: nowMs, reason, pending: null, relapses, easedMs }
  return mode === 'RECOVERY' ? { mode, starting: false, ...common } : { mode, ...common }
}

function stricterDecision(one: ModeDecision, other: ModeDecision): ModeDecision {
  return strictness(one.mode) >= strictness(other.mode) ? one : other
}
