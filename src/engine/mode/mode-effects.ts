import type { LogLevel } from '../../runtime/index.ts'
import type { SystemMode } from './system-mode.ts'

/**
 * What each mode changes. This is the whole of it: a mode does nothing that is not in its row, and
 * `docs/engine.md` shows the same rows (a test compares them).
 *
 * NORMAL     everything as configured
 * PRE_SAFE   the first sign: a fifth of the unimportant goes, checkpoints come twice as often so
 *            that less is replayed should it get worse
 * LATENCY    answers are late although the machine has room: small batches, and every call that
 *            may be hedged is, for room is what hedging costs
 * SAFE       something is broken: no new risk, half of the unimportant goes, and only essential
 *            calls may send a second attempt
 * ULTRA      it hardly holds: what is left goes to the important, non-essential calls go once
 * RECOVERY   components are being restored: they need the time that checkpoints and the
 *            unimportant would take
 * EMERGENCY  decisions may not be kept: positions only shrink, orders that work are cancelled,
 *            nothing is sent twice
 */
export const modeEffects: Readonly<Record<SystemMode, ModeEffects>> = {
  NORMAL: {
    throttleFactor: 1,
    hedging: 'declared',
    batchMax: 100,
    logLevel: 'debug',
    checkpointFactor: 1,
    trading: 'open',
    cancelWorking: false,
  },
  PRE_SAFE: {
    throttleFactor: 0.8,
    hedging: 'declared',
    batchMax: 100,
    logLevel: 'debug',
    checkpointFactor: 2,
    trading: 'open',
    cancelWorking: false,
  },
  LATENCY: {
    throttleFactor: 0.7,
    hedging: 'eager',
    batchMax: 25,
    logLevel: 'info',
    checkpointFactor: 0.5,
    trading: 'open',
    cancelWorking: false,
  },
  SAFE: {
    throttleFactor: 0.5,
    hedging: 'essential',
    batchMax: 50,
    logLevel: 'info',
    checkpointFactor: 2,
    trading: 'no-new-risk',
    cancelWorking: false,
  },
  ULTRA: {
    throttleFactor: 0.3,
    hedging: 'essential',
    batchMax: 50,
    logLevel: 'warn',
    checkpointFactor: 1,
    trading: 'no-new-risk',
    cancelWorking: false,
  },
  RECOVERY: {
    throttleFactor: 0.5,
    hedging: 'essential',
    batchMax: 50,
    logLevel: 'info',
    checkpointFactor: 0.5,
    trading: 'no-new-risk',
    cancelWorking: false,
  },
  EMERGENCY: {
    throttleFactor: 0.2,
    hedging: 'none',
    batchMax: 25,
    logLevel: 'warn',
    checkpointFactor: 1,
    trading: 'reduce-only',
    cancelWorking: true,
  },
}

export interface ModeEffects {
  /** The share of passing LOW and BACKGROUND events that is taken; 1 is all of them. */
  readonly throttleFactor: number
  readonly hedging: Hedging
  /** Events in one batch of the dispatcher. */
  readonly batchMax: number
  /** The least level of log lines that is kept; errors always are. */
  readonly logLevel: LogLevel
  /** How often checkpoints are made against the usual: 2 is twice as often. */
  readonly checkpointFactor: number
  readonly trading: TradingAllowance
  /** Whether orders that work at the exchange are cancelled on entry. */
  readonly cancelWorking: boolean
}

/**
 * Which calls may have a second attempt while the first is out. `declared`: those whose policy
 * says so. `essential`: of those, the essential ones. `eager`: every call whose effect allows it.
 * `none`: no call. All of them from the shared budget, always.
 */
export type Hedging = 'none' | 'essential' | 'declared' | 'eager'

/**
 * What trading may do. `open`: anything risk allows. `no-new-risk`: new orders only shrink a
 * position, what works stays. `reduce-only`: the same, and nothing that could open one is left to
 * work at the exchange.
 */
export type TradingAllowance = 'open' | 'no-new-risk' | 'reduce-only'

/** Whether a mode lets strategies open new risk. */
export function mayOpenRisk(mode: SystemMode): boolean {
  return modeEffects[mode].trading === 'open'
}

/** Field by field what is stricter of two: for a component under settings of its own. */
export function stricterEffects(one: ModeEffects, other: ModeEffects): ModeEffects {
  return {
    throttleFactor: Math.min(one.throttleFactor, other.throttleFactor),
    hedging: earlier(hedgingOrder, one.hedging, other.hedging),
    batchMax: Math.min(one.batchMax, other.batchMax),
    logLevel: earlier(logOrder, one.logLevel, other.logLevel),
    checkpointFactor: Math.max(one.checkpointFactor, other.checkpointFactor),
    trading: earlier(tradingOrder, one.trading, other.trading),
    cancelWorking: one.cancelWorking || other.cancelWorking,
  }
}

const hedgingOrder: readonly Hedging[] = ['none', 'essential', 'declared', 'eager']
const logOrder: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']
const tradingOrder: readonly TradingAllowance[] = ['reduce-only', 'no-new-risk', 'open']

function earlier<Value>(order: readonly Value[], one: Value, other: Value): Value {
  return order.indexOf(one) <= order.indexOf(other) ? one : other
}
