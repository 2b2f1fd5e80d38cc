/** Measurements, which are floats to begin with: rates, latencies, memory. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1_000_000) return `${(perSecond / 1_000_000).toFixed(2)} M`
  if (perSecond >= 10_000) return `${(perSecond / 1000).toFixed(1)} k`
  return perSecond >= 100 || Number.isInteger(perSecond)
    ? String(Math.round(perSecond))
    : perSecond.toFixed(1)
}

export function formatLatency(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  return ms < 100 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
}

export function formatBytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}
