import type { ComponentRequest, RequestContext } from '../component-request.ts'

/**
 * Who can be asked, as the mediator sees them: the coordinator gives its components this face.
 */
export interface RequestTargets {
  /** Undefined: there is nobody of that name. */
  find(name: string): RequestTarget | undefined
}

export interface RequestTarget {
  readonly name: string
  /** Its answers are stood in for, by the last good one or a fallback, when it cannot give one. */
  readonly essential: boolean
  /** Why it answers nobody at present, as a clause; null when it does. */
  readonly suspended: string | null
  /** Undefined: it answers no requests at all. */
  readonly answer: ((request: ComponentRequest, context: RequestContext) => unknown) | undefined
}
