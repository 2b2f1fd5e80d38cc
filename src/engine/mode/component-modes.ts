import {
  asSystem,
  componentEffects,
  type ComponentModeInput,
  type ComponentModeState,
  nextComponentMode,
} from './component-mode.ts'
import type { ModeEffects } from './mode-effects.ts'
import type { SystemMode } from './system-mode.ts'

/** The modes of all components by name. One that nobody spoke of is `as-system`. */
export class ComponentModes {
  readonly #states = new Map<string, ComponentModeState>()
  readonly #onChange: (name: string, state: ComponentModeState) => void

  constructor(onChange: (name: string, state: ComponentModeState) => void = () => {}) {
    this.#onChange = onChange
  }

  next(name: string, input: ComponentModeInput, nowMs: number): void {
    const before = this.state(name)
    const after = nextComponentMode(before, input, nowMs)
    if (after === before) return
    if (after.mode === 'as-system') this.#states.delete(name)
    else this.#states.set(name, after)
    if (after.mode !== before.mode) this.#onChange(name, after)
  }

  state(name: string): ComponentModeState {
    return this.#states.get(name) ?? asSystem
  }

  effects(name: string, system: SystemMode): ModeEffects {
    return componentEffects(this.state(name).mode, system)
  }
}
