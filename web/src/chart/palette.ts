/** The colours of `page.css`, for canvases: the style sheet is the one place that has them. */
export function paletteColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

export function translucent(color: string, percent: number): string {
  return `${color}${Math.round(percent * 2.55)
    .toString(16)
    .padStart(2, '0')}`
}
