import type { ComponentChildren } from 'preact'

/** A titled box of fixed place; what does not fit scrolls inside, so that nothing moves. */
interface PanelProps {
  readonly area: string
  readonly title: string
  /** How many there are, beside the title. */
  readonly count?: number
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
}

export function Panel({ area, title, count, aside, children }: PanelProps) {
  const id = `${area}-title`
  return (
    <section class={`panel ${area}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{title}</h2>
        {count !== undefined && <span class="count">{count}</span>}
        {aside}
      </header>
      {children}
    </section>
  )
}
