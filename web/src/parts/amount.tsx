import { formatDecimal, signOf } from '../format/decimal.ts'

/** An exact amount, rounded for the eye; the whole of it is in the tooltip. */
interface AmountProps {
  readonly value: string
  readonly decimals?: number
  /** Green above zero, red below; the sign is always written too. */
  readonly signed?: boolean
}

export function Amount({ value, decimals = 2, signed = false }: AmountProps) {
  const text = formatDecimal(value, { decimals, plus: signed })
  const tone = signed ? ['down', 'flat', 'up'][signOf(value) + 1] : undefined
  return (
    <span class={tone} title={value}>
      {text}
    </span>
  )
}
