/** Tabs as the ARIA guide has them: one stop of the tab key, arrows move and select. */
interface TabsProps {
  readonly label: string
  readonly names: readonly string[]
  readonly selected: string | null
  readonly controls: string
  readonly onSelect: (name: string) => void
}

export function Tabs({ label, names, selected, controls, onSelect }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = names.indexOf(selected ?? '')
    const next = (at + step + names.length) % names.length
    onSelect(names[next]!)
    const tabs = (event.currentTarget as HTMLElement).querySelectorAll('button')
    tabs[next]?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === selected}
          aria-controls={controls}
          tabIndex={name === selected ? 0 : -1}
          onClick={() => onSelect(name)}
        >
          {name}
        </button>
      ))}
    </div>
  )
}
