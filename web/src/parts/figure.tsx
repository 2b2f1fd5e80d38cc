import type { ComponentChildren } from 'preact'

/** One number with its name, wide enough not to move its neighbours when it grows. */
interface FigureProps {
  readonly label: string
  readonly children: ComponentChildren
  readonly title?: string
}

export function Figure({ label, children, title }: FigureProps) {
  return (
    <div class="figure" title={title}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** What stands where a number is not known yet. */
export const UNKNOWN = '–'
