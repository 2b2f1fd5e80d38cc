/**
 * Where a component's state came from when it was brought back, for people and for figures: the
 * order in which the sources are preferred is the order of the names.
 */
export interface RestoreReport {
  readonly source: RestoreSource
  /** The journal number the state stands at. */
  readonly number: number
  readonly tookMs: number
}

/** `journal` is everything from the first record on: there was nothing to start from. */
export type RestoreSource = 'own' | 'replica' | 'checkpoint' | 'journal'
