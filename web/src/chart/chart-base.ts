import { ColorType, CrosshairMode, type ChartOptions, type DeepPartial } from 'lightweight-charts'
import { paletteColor } from './palette.ts'

/**
 * What both charts look like. The library's own logo brings an inline style sheet, which our
 * content policy refuses, so the notice its licence asks for is in the page's footer.
 */
export function chartBase(): DeepPartial<ChartOptions> {
  const line = paletteColor('line')
  const label = { color: paletteColor('faint'), labelBackgroundColor: paletteColor('raised') }
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: paletteColor('muted'),
      fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
      fontSize: 11,
      attributionLogo: false,
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    crosshair: { mode: CrosshairMode.Normal, vertLine: label, horzLine: label },
    rightPriceScale: { borderVisible: false, minimumWidth: 76 },
    timeScale: {
      borderColor: line,
      timeVisible: true,
      secondsVisible: true,
      rightOffset: 4,
      minBarSpacing: 1,
    },
    localization: { locale: 'en-GB' },
  }
}
