import type { Problem, ProblemCode } from './protocol.ts'

/**
 * Problem JSON (RFC 9457): one table from our codes to HTTP. `detail` is one sentence that says
 * what to do about it and never carries a stack or a path.
 */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8'

const problems: Readonly<Record<ProblemCode, { status: number; title: string }>> = {
  'bad-input': { status: 400, title: 'The request is not allowed' },
  'origin-refused': { status: 403, title: 'Another site may not connect' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed' },
  'too-large': { status: 413, title: 'The request is too large' },
  'host-refused': { status: 421, title: 'The host name is not ours' },
  'upgrade-required': { status: 426, title: 'This address speaks WebSocket' },
  internal: { status: 500, title: 'The server failed' },
  'not-ready': { status: 503, title: 'Not ready yet' },
  'too-many-clients': { status: 503, title: 'Too many clients' },
}

export function problem(code: ProblemCode, detail: string, field?: string): Problem {
  const { status, title } = problems[code]
  const base = { type: `urn:genesis:problem:${code}`, title, status, detail, code }
  return field === undefined ? base : { ...base, field }
}

/** Thrown by a route, answered by the error handler: the one way out of a handler. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(code: ProblemCode, detail: string, field?: string) {
    super(detail)
    this.problem = problem(code, detail, field)
  }
}
