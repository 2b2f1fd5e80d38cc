/** What one component asks another. */
export interface ComponentRequest {
  readonly name: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** What the asked one is told beside the request. */
export interface RequestContext {
  /** 1 for the first; later ones are retries and hedges. */
  readonly attempt: number
  /** Until nobody waits for the answer any more: what it asks of others may not take longer. */
  readonly deadlineLeftMs: () => number
  /** Aborts when the answer is no longer wanted. Made when first asked for. */
  readonly signal: () => AbortSignal
}
