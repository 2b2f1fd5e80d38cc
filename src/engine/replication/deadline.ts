import { type Clock, GenesisError } from '../../runtime/index.ts'

/** The answer, or `timeout` after so long; an answer that comes later is not heard. */
export function byDeadline<Value>(
  clock: Clock,
  deadlineMs: number,
  who: string,
  answer: Promise<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(deadlineMs, () => {
      reject(new GenesisError('timeout', `${who} did not answer within ${deadlineMs} ms`))
    })
    const settled = () => timer.cancel()
    answer.then(resolve, reject)
    answer.then(settled, settled)
  })
}
