import type { ComponentChildren } from 'preact'

/**
 * A table that scrolls in its panel, with the mouse or with the arrow keys. Its rows are places: a
 * new row at the top changes what they say, and moves nothing.
 */
export interface Column<Row> {
  readonly title: string
  /** Text columns stand left, figures right. */
  readonly align?: 'left' | 'right'
  /** Left out where the page is narrow. */
  readonly minor?: boolean
  /** Takes what the others leave, and cuts off what does not fit. */
  readonly wide?: boolean
  readonly cell: (row: Row) => ComponentChildren
}

interface TableProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** What is said where there is no row. */
  readonly empty: string
}

export function Table<Row>({ caption, columns, rows, empty }: TableProps<Row>) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" class={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {columns.map((column) => (
                <td key={column.title} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="empty">{empty}</p>}
    </div>
  )
}

function classOf<Row>({ align = 'right', minor, wide }: Column<Row>): string {
  return [align, minor && 'minor', wide && 'wide'].filter(Boolean).join(' ')
}
