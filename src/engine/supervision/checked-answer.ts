import { GenesisError, messageOf } from '../../runtime/index.ts'

/**
 * An answer that was looked at before anybody relies on it. A component that says what its
 * answers are (`validate`: one sentence on what is wrong, or null) and gives another has failed,
 * as one that threw has; so has one whose own look at it throws.
 */
export interface Validating {
  readonly name: string
  validate?(answer: unknown): string | null
}

export function checkedAnswer<Answer>(component: Validating, answer: Answer): Answer {
  const fault = faultOf(component, answer)
  if (fault === null) return answer
  throw new GenesisError('component-failed', `${component.name} answered garbage: ${fault}`)
}

function faultOf(component: Validating, answer: unknown): string | null {
  try {
    return component.validate?.(answer) ?? null
  } catch (error) {
    return messageOf(error)
  }
}
