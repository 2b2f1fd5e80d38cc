/** Candle files for the command's tests, small enough to read, and a strategy that trades them. */
const START_S = 1_704_067_200

/** Minutes of a price that swings, as CSV without a header. */
export function bars(count: number, volume = '0.25'): string {
  return Array.from({ length: count }, (_, index) => row(index, volume)).join('')
}

export function row(index: number, volume = '0.25'): string {
  const [open, close] = [priceAt(index), priceAt(index + 1)]
  return `${START_S + index * 60},${open},110.5,99.5,${close},${volume}\n`
}

function priceAt(index: number): string {
  return `${100 + Math.abs((index % 20) - 10)}.0`
}

/** In on one bar, out on the next. */
export const TURNING_STRATEGY = `
import { int, strategy } from 'genesis/trading'

export default strategy({
  name: 'turning',
  params: { every: int(3, { min: 2, max: 100 }) },
  setup: () => ({ seen: { bars: 0 } }),
  onBar: ({ seen, order, position, params }) => {
    seen.bars += 1
    if (position.side === 'long') order.close()
    else if (seen.bars % params.every === 0) order.buy({ fraction: 0.5 })
  },
})
`
