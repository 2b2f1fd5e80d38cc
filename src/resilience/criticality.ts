/**
 * How much is lost when a call is not made, in five levels. Under overload the lowest go first.
 *
 * 0 `sheddable` (may be dropped at any time), 1 `degraded` (noticed by few), 2 `normal`,
 * 3 `important` (money waits on it), 4 `essential` (safety: cancel orders, close positions).
 */
export type Criticality = 0 | 1 | 2 | 3 | 4

export const criticalities = ['sheddable', 'degraded', 'normal', 'important', 'essential'] as const

export function isCriticality(value: unknown): value is Criticality {
  return typeof value === 'number' && criticalities[value] !== undefined
}
