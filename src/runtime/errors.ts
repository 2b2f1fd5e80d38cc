/**
 * Operating errors: what the world can do to us. Each has a code from this one table, says
 * whether trying again can help, and carries its cause. Refusals are values (`Refusal`), and
 * programmers' errors are assertions; neither is a `GenesisError`.
 */
export const errorCodes = {
  'bad-input': { retryable: false, meaning: 'The user gave something that is not allowed.' },
  'bad-config': { retryable: false, meaning: 'A setting is unknown or outside its range.' },
  'bad-data': { retryable: false, meaning: 'A data file is torn, out of order or not understood.' },
  'bad-checkpoint': { retryable: false, meaning: 'A checkpoint is damaged or of another schema.' },
  'decision-lost': { retryable: false, meaning: 'A decision found no room; everything stopped.' },
  'disk-failed': { retryable: false, meaning: 'The disk refused a read, a write or a flush.' },
  'disk-full': { retryable: false, meaning: 'No space is left on the disk.' },
  'file-missing': { retryable: false, meaning: 'The named file does not exist.' },
  'journal-halted': { retryable: false, meaning: 'A flush failed; the journal takes no more.' },
  'journal-damaged': { retryable: false, meaning: 'Acknowledged records cannot be read back.' },
  'journal-locked': { retryable: false, meaning: 'Another live process owns this journal.' },
  'journal-begins-later': { retryable: false, meaning: 'Records that are needed were removed.' },
  'journal-behind': { retryable: true, meaning: 'More waits for the disk than may wait.' },
  'port-taken': { retryable: false, meaning: 'The TCP port is in use by another process.' },
  'replay-diverged': { retryable: false, meaning: 'The code no longer derives what it recorded.' },
  'component-failed': { retryable: true, meaning: 'A component threw; it was isolated.' },
  'replica-lost': { retryable: true, meaning: 'A holder of replicas is out of reach.' },
  'state-lost': { retryable: false, meaning: 'No sound state of a component is left.' },
  stopped: { retryable: false, meaning: 'It was stopped before it was done.' },
  timeout: { retryable: true, meaning: 'A deadline passed; the outcome is unknown.' },
} as const

export type ErrorCode = keyof typeof errorCodes

export class GenesisError extends Error {
  override readonly name = 'GenesisError'
  readonly code: ErrorCode
  readonly retryable: boolean
  /** Machine-readable particulars: file, line, field, value. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = errorCodes[code].retryable
    this.details = options.details ?? {}
  }
}

/** A refusal is an ordinary result: cheap, expected, counted. `reason` is one plain sentence. */
export interface Refusal<Code extends string = string> {
  readonly ok: false
  readonly refused: Code
  readonly reason: string
}

export function refuse<Code extends string>(refused: Code, reason: string): Refusal<Code> {
  return { ok: false, refused, reason }
}

/** What an error says, whatever it is: also of what cannot be made a text. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  try {
    return String(error)
  } catch {
    return `something of type ${typeof error} that cannot be told`
  }
}
