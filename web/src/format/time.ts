/** Times are UTC for everybody: a desk compares them with the exchange's, not with the wall. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().slice(11, 19)
}

export function formatMoment(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** The two largest units: "3 d 4 h", "12 m 05 s", "7 s". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24]
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60]
  if (days > 0) return `${days} d ${hours} h`
  if (hours > 0) return `${hours} h ${pad(minutes)} m`
  if (minutes > 0) return `${minutes} m ${pad(rest)} s`
  return `${rest} s`
}

/** "1m" is 60000; null for a text that is no interval. */
export function intervalMs(interval: string): number | null {
  const match = /^(\d+)([smhdw])$/.exec(interval)
  if (!match) return null
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

function pad(number: number): string {
  return String(number).padStart(2, '0')
}
