import type { SummaryRow } from './summary.ts'

/** Lays the summary out for people: one line a row, figures to three digits, targets judged. */
export function table(rows: readonly SummaryRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    figure(row.value),
    row.unit,
    `±${Math.round(row.spread * 50)}%`,
    row.target === undefined ? '' : `${row.met ? 'met' : 'MISSED'} ${row.target}`,
    row.ratio === null ? '' : `${figure(row.ratio)}x for "${row.peerOf}"`,
    row.note ?? '',
  ])
  const head = ['', 'median', 'unit', 'spread', 'target', 'ratio', 'note']
  const shown = head.map((_, column) => column < 4 || cells.some((line) => line[column] !== ''))
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => Array.from(line[column]!).length)),
  )
  return [head, ...cells]
    .map((line) =>
      line
        .map((cell, column) =>
          column === 1 ? cell.padStart(widths[1]!) : cell.padEnd(widths[column]!),
        )
        .filter((_, column) => shown[column])
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** 1,234,000 · 12.3 · 0.00456: three digits that count, no exponent. */
export function figure(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value)
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)))
  const text =
    digits > 0 ? value.toFixed(digits) : String(Math.round(value * 10 ** digits) * 10 ** -digits)
  const [whole, fraction] = text.split('.')
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}
