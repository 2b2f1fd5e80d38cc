import { Fragment, type ComponentChildren } from 'preact'

/**
 * A table that scrolls in its panel, with the mouse or with the arrow keys. Its rows are places: a
 * new row at the top changes what they say, and moves nothing.
 *
 * A figure is never cut: where the panel is narrow, the columns that say when they may go do so,
 * and then words shrink.
 */
export interface Column<Row> {
  readonly title: string
  /** What the title means, where it may be asked. */
  readonly hint?: string
  /** Text columns stand left, figures right. */
  readonly align?: 'left' | 'right'
  /** Left out where the panel is not as wide: the least important goes first. */
  readonly from?: 'medium' | 'large'
  /** Takes what the others leave, and cuts off what does not fit. */
  readonly wide?: boolean
  /** Words that give way to figures where the panel is narrow. */
  readonly shrinks?: boolean
  readonly cell: (row: Row) => ComponentChildren
}

interface TableProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** What is said where there is no row. */
  readonly empty: string
  /** A sentence below a row that needs one. */
  readonly note?: (row: Row) => string | null
}

export function Table<Row>({ caption, columns, rows, empty, note }: TableProps<Row>) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" class={classOf(column)} title={column.hint}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <Fragment key={at}>
              <tr>
                {columns.map((column) => (
                  <td key={column.title} class={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
              <Note text={note?.(row) ?? null} columns={columns.length} />
            </Fragment>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="empty">{empty}</p>}
    </div>
  )
}

function Note({ text, columns }: { text: string | null; columns: number }) {
  if (text === null) return null
  return (
    <tr class="note">
      <td class="left" colSpan={columns}>
        {text}
      </td>
    </tr>
  )
}

function classOf<Row>({ align = 'right', from, wide, shrinks }: Column<Row>): string {
  return [align, from, wide && 'wide', shrinks && 'shrinks'].filter(Boolean).join(' ')
}
