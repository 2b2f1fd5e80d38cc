import { GenesisError } from '../../runtime/index.ts'
import type { Component } from '../component.ts'

/** The state of every component at one journal number, each as JSON text with its schema. */
export interface Checkpoint {
  /** Every event up to and including this number is in the states, none after it. */
  readonly number: number
  /** Checksum of the journal record of that number; 0 where there is none. */
  readonly witness: number
  readonly time: number
  readonly states: SavedStates
}

export type SavedStates = ReadonlyMap<string, SavedState>

export interface SavedState {
  /** The component's `stateVersion` when it was written. */
  readonly version: number
  readonly text: string
}

/** The component's state of now as text: what later events change, this no longer shares. */
export function savedStateOf(component: Component): SavedState | null {
  const text = component.snapshot && (JSON.stringify(component.snapshot()) as string | undefined)
  return text === undefined ? null : { version: versionOf(component), text }
}

/**
 * Gives a component what was saved of it: a state of its own schema as it is, an older one by way
 * of the component's `migrate`. Everything else is refused, for a guess would look like a state.
 */
export function restoreState(component: Component, saved: SavedState): void {
  const { name } = component
  const version = versionOf(component)
  if (saved.version > version || (saved.version < version && !component.migrate)) {
    throw new GenesisError(
      'bad-checkpoint',
      `the saved state of ${name} has version ${saved.version}; this ${name} reads ${version}` +
        (saved.version > version ? ', which is older' : ' and migrates none'),
      { details: { component: name, saved: saved.version, current: version } },
    )
  }
  const state = parse(saved, name)
  component.restore?.(saved.version === version ? state : component.migrate?.(state, saved.version))
}

function versionOf(component: Component): number {
  return component.stateVersion ?? 1
}

function parse({ text }: SavedState, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new GenesisError('bad-checkpoint', `the saved state of ${name} is not JSON`, {
      cause,
      details: { component: name },
    })
  }
}
