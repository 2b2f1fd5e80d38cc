/**
 * Decimal strings for people, without a float in between: what the journal says to the last
 * digit is what is shown, rounded half away from zero where there is no room for all of it.
 */
interface Shape {
  /** Digits after the point; without it, all there are. */
  readonly decimals?: number
  /** Writes "+" before what is above zero. */
  readonly plus?: boolean
}

export function formatDecimal(text: string, { decimals, plus = false }: Shape = {}): string {
  const digits = decimals ?? fractionLength(text)
  const scaled = scale(text, digits)
  const magnitude = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, '0')
  const whole = magnitude.slice(0, magnitude.length - digits).replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = digits === 0 ? '' : `.${magnitude.slice(-digits)}`
  // A true minus is as wide as a plus, so signed columns line up.
  const sign = scaled < 0n ? '\u2212' : plus && scaled > 0n ? '+' : ''
  return sign + whole + fraction
}

/** A fraction as per cent: "0.0125" is "1.25 %". */
export function formatPercent(fraction: string, decimals = 2): string {
  return `${formatDecimal(shiftRight(fraction, 2), { decimals })} %`
}

export function signOf(text: string): -1 | 0 | 1 {
  if (!/[1-9]/.test(text)) return 0
  return text.startsWith('-') ? -1 : 1
}

export function sumOf(texts: readonly string[]): string {
  const digits = Math.max(0, ...texts.map(fractionLength))
  return unscale(
    texts.reduce((sum, text) => sum + scale(text, digits), 0n),
    digits,
  )
}

export function productOf(left: string, right: string): string {
  const leftDigits = fractionLength(left)
  const rightDigits = fractionLength(right)
  return unscale(scale(left, leftDigits) * scale(right, rightDigits), leftDigits + rightDigits)
}

export function withoutSign(text: string): string {
  return text.replace(/^[+-]/, '')
}

function fractionLength(text: string): number {
  const point = text.indexOf('.')
  return point === -1 ? 0 : text.length - point - 1
}

/** The whole number of 10^-digits that is nearest. */
function scale(text: string, digits: number): bigint {
  const [whole = '', fraction = ''] = withoutSign(text).split('.')
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'))
  const magnitude = (fraction[digits] ?? '0') >= '5' ? kept + 1n : kept
  return text.startsWith('-') ? -magnitude : magnitude
}

function unscale(scaled: bigint, digits: number): string {
  const magnitude = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, '0')
  const whole = magnitude.slice(0, magnitude.length - digits)
  const text = digits === 0 ? whole : `${whole}.${magnitude.slice(-digits)}`
  return scaled < 0n ? `-${text}` : text
}

function shiftRight(text: string, places: number): string {
  const digits = fractionLength(text)
  const shifted = scale(text, digits)
  return digits >= places
    ? unscale(shifted, digits - places)
    : unscale(shifted * 10n ** BigInt(places - digits), 0)
}
