/**
 * One library in one situation, ready to be called over and over.
 *
 * Every subject runs in a process of its own: what one library leaves behind in the optimiser, on
 * the heap or among the timers is then no other library's cost.
 */
export interface Subject {
  /** What the library's user awaits; a refusal or a failure may come as a rejection. */
  call(): PromiseLike<unknown>
  /** How the answer must look; a subject that does something else measures nothing. */
  readonly answers: 'value' | 'rejection'
}

export type Subjects = Readonly<Record<string, () => Subject | Promise<Subject>>>

/** Makes one instance, as an application with many of them holds it. */
export type Holdings = Readonly<Record<string, () => Held>>

export interface Held {
  /** Calls it once. */
  call(): PromiseLike<unknown>
}

export type SignalledCall = (parent: AbortSignal) => PromiseLike<unknown>

/** The task under protection is the same for all: it answers at once, by a promise. */
export const succeed = async (): Promise<number> => 42

export const failure = new Error('the other side failed')

export const fail = async (): Promise<number> => {
  throw failure
}

export const CALLS_IN_WINDOW = 500_000
