import { AssertionFailure, GenesisError } from '../runtime/index.ts'
import type { Classified } from './error-class.ts'
import { FailedError, type Refused, RefusedError, UnknownOutcomeError } from './outcome.ts'
import { aborted } from './refusal.ts'

/**
 * What is known of an error without asking the user: its HTTP status (`status` or `statusCode`),
 * its system code (`code`, also of its `cause`, where fetch puts it), or that it is a programmer's.
 *
 * HTTP 500 to 504 are `ambiguous`, not `transient`: the work may be done although the answer got
 * lost on the way; for reads the two are treated alike.
 */
export function classifyKnown(error: unknown): Classified | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if (error instanceof UnknownOutcomeError) return { errorClass: 'fatal' }
  if (error instanceof FailedError) return { errorClass: error.errorClass }
  const status = statusOf(error)
  if (status !== undefined) return ofStatus(status, numberOf(error, 'retryAfterMs'))
  if (isUnsent(error)) return { errorClass: 'transient' }
  const code = codeOf(error) ?? ('cause' in error ? codeOf(error.cause) : undefined)
  const isLost = code !== undefined && (unsentCodes.has(code) || lostCodes.has(code))
  if (isLost || nameOf(error) === 'TimeoutError') return { errorClass: 'ambiguous' }
  if (error instanceof GenesisError) {
    if (error.code === 'timeout') return { errorClass: 'ambiguous' }
    return error.retryable ? undefined : { errorClass: 'fatal' }
  }
  return isProgrammers(error) ? { errorClass: 'fatal' } : undefined
}

/**
 * For `once` only a proof counts: that nothing was sent, or that the other side said no (any 4xx
 * but 408). A mistake of our own may have happened while reading the reply to an order that stands.
 */
export function classifyOnce(error: unknown): Classified {
  if (isUnsent(error)) return { errorClass: 'transient' }
  const known = classifyKnown(error)
  const status = statusOf(error)
  const isNo = status !== undefined && status >= 400 && status < 500 && status !== 408
  return isNo && known !== undefined ? known : { errorClass: 'ambiguous' }
}

/**
 * True when the error proves that nothing reached the other side: it comes from looking up the name
 * or from connecting. The same code from a `read` or a `write` comes after sending: a route that is
 * lost under way is EHOSTUNREACH too.
 */
export function isUnsent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.every((one) => isUnsent(one))
  }
  const code = codeOf(error)
  if (code === undefined) return 'cause' in error && isUnsentCode(error.cause)
  return isUnsentCode(error)
}

/**
 * How the refusal of a nested policy, or an abort by whoever holds a signal, is told by the policy
 * around it: as what it is. Nothing was wrong with the other side, and nobody wants another try.
 */
export function refusedBy(error: unknown): Refused | undefined {
  if (error instanceof RefusedError) {
    const { refused, message, sent, retryAfterMs, cause } = error
    const after = retryAfterMs === undefined ? undefined : { retryAfterMs }
    const why = cause === undefined ? undefined : { cause }
    return { ok: false, refused, reason: message, sent, ...after, ...why }
  }
  const isObject = typeof error === 'object' && error !== null
  return isObject && nameOf(error) === 'AbortError' ? aborted(error, true) : undefined
}

/** 418 is how some exchanges say that the ban has begun. */
const overloadStatuses = new Set([418, 420, 429])

/** The request never left: no connection was made. They may come without a `syscall`. */
const unsentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

const connecting = /^(connect|getaddrinfo|query[A-Z]\w*)$/

/** It may have arrived, the answer did not. */
const lostCodes = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

function ofStatus(status: number, retryAfterMs: number | undefined): Classified | undefined {
  const after = retryAfterMs === undefined ? undefined : { retryAfterMs }
  if (overloadStatuses.has(status)) return { errorClass: 'overload', ...after }
  if (status === 503 && retryAfterMs !== undefined && retryAfterMs > 0)
    return { errorClass: 'overload', ...after }
  if (status === 408 || status === 425) return { errorClass: 'transient' }
  if (status >= 500) return { errorClass: 'ambiguous' }
  return status >= 400 ? { errorClass: 'fatal' } : undefined
}

/** fetch throws a TypeError for a lost network too; that one has a cause. */
export function isProgrammers(error: unknown): boolean {
  if (error instanceof AssertionFailure || error instanceof ReferenceError) return true
  return error instanceof TypeError && error.cause === undefined
}

function isUnsentCode(value: unknown): boolean {
  const code = codeOf(value)
  const syscall = (value as { readonly syscall?: unknown } | null | undefined)?.syscall
  if (code === undefined) return false
  return typeof syscall === 'string' ? connecting.test(syscall) : unsentCodes.has(code)
}

/** Also of an error of another realm, or of a DOMException, which is no Error everywhere. */
function nameOf(error: object): unknown {
  return (error as { readonly name?: unknown }).name
}

function codeOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('code' in value)) return undefined
  return typeof value.code === 'string' ? value.code : undefined
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  return numberOf(error, 'status') ?? numberOf(error, 'statusCode')
}

function numberOf(value: object, name: string): number | undefined {
  const field = (value as Record<string, unknown>)[name]
  return typeof field === 'number' ? field : undefined
}
