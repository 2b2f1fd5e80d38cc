import type { SystemMode } from '../system-mode.ts'
import { calmDay } from './calm-day.ts'
import { earlyOverload } from './early-overload.ts'
import { halfLostService } from './half-lost-service.ts'
import { haltedJournal } from './halted-journal.ts'
import { lostReplies } from './lost-replies.ts'
import type { ModeScenario } from './mode-scenario.ts'
import { restoration } from './restoration.ts'
import { slowNetwork } from './slow-network.ts'

export { compare, type ModeComparison, type ModeScenario } from './mode-scenario.ts'

/** For each mode the situation that shows what it is for. */
export const modeScenarios: Readonly<Record<SystemMode, ModeScenario>> = {
  NORMAL: calmDay,
  PRE_SAFE: earlyOverload,
  LATENCY: slowNetwork,
  SAFE: lostReplies,
  ULTRA: halfLostService,
  RECOVERY: restoration,
  EMERGENCY: haltedJournal,
}
