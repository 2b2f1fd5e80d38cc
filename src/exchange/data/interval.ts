import { GenesisError } from '../../runtime/index.ts'

/** Candle intervals as people write them: `1s`, `5m`, `1h`, `1d`, up to `1w`. */
export function parseInterval(text: string, field = 'interval'): number {
  const match = /^([1-9]\d{0,5})([smhdw])$/.exec(text)
  const intervalMs = match ? Number(match[1]) * UNIT_MS[match[2] as Unit] : Number.NaN
  if (intervalMs <= UNIT_MS.w) return intervalMs
  throw new GenesisError(
    'bad-input',
    `${field} is "${text}"; it must be a whole number and s, m, h, d or w, from 1s to 1w`,
    { details: { field, value: text } },
  )
}

/** The shortest form: 60000 is `1m`, 5400000 is `90m`, 1500 is `1500ms`. */
export function formatInterval(intervalMs: number): string {
  for (const unit of ['w', 'd', 'h', 'm', 's'] as const) {
    if (intervalMs % UNIT_MS[unit] === 0) return `${intervalMs / UNIT_MS[unit]}${unit}`
  }
  return `${intervalMs}ms`
}

type Unit = keyof typeof UNIT_MS

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
