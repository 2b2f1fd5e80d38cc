/** A line of the log as people read it: time of day (UTC), level, message, fields. */
export function peopleLine(line: string): string {
  const { time, level, message, ...fields } = JSON.parse(line) as Record<string, unknown>
  const clock = timeOfDay(Number(time))
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${readable(value)}`)
  return `${clock} ${String(level).toUpperCase().padEnd(5)} ${String(message)}${rest.join('')}\n`
}

function timeOfDay(time: number): string {
  return new Date(time).toISOString().slice(11, 23)
}

function readable(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  if (typeof value === 'object' && value !== null && 'message' in value) {
    return JSON.stringify(value.message)
  }
  return JSON.stringify(value)
}
