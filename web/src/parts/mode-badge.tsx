import type { ModeName, ModeView } from '../../../src/server/protocol.ts'
import { formatMoment } from '../format/time.ts'
import { UNKNOWN } from './figure.tsx'

/** The system's mode; why and since when are in the tooltip. */
const tones: Readonly<Record<ModeName, 'calm' | 'warn' | 'alarm'>> = {
  NORMAL: 'calm',
  ULTRA: 'calm',
  LATENCY: 'calm',
  PRE_SAFE: 'warn',
  RECOVERY: 'warn',
  SAFE: 'alarm',
  EMERGENCY: 'alarm',
}

export function ModeBadge({ mode }: { mode: ModeView | null }) {
  if (mode === null) return <span class="badge">{UNKNOWN}</span>
  const title = `Since ${formatMoment(mode.since)}${mode.reason ? `: ${mode.reason}` : ''}`
  return (
    <span class={`badge ${tones[mode.mode]}`} title={title} role="status" aria-label="Mode">
      {mode.mode.replace('_', ' ')}
    </span>
  )
}
