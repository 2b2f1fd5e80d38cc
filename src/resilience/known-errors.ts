import { AssertionFailure, GenesisError } from '../runtime/index.ts'
import type { Classified } from './error-class.ts'

/**
 * What is known of an error without asking the user: its HTTP status (`status` or `statusCode`),
 * its system code (`code`, also of its `cause`, where fetch puts it), or that it is a programmer's.
 *
 * HTTP 500 to 504 are `ambiguous`, not `transient`: the work may be done although the answer got
 * lost on the way; for reads the two are treated alike.
 */
export function classifyKnown(error: unknown): Classified | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const status = statusOf(error)
  if (status !== undefined) return ofStatus(status, numberOf(error, 'retryAfterMs'))
  const code = codeOf(error) ?? ('cause' in error ? codeOf(error.cause) : undefined)
  if (code !== undefined) {
    if (unsentCodes.has(code)) return { errorClass: 'transient' }
    if (lostCodes.has(code)) return { errorClass: 'ambiguous' }
  }
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

/** True when the error proves that nothing reached the other side. */
export function isUnsent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const code = codeOf(error) ?? ('cause' in error ? codeOf(error.cause) : undefined)
  return code !== undefined && unsentCodes.has(code)
}

/** 418 is how some exchanges say that the ban has begun. */
const overloadStatuses = new Set([418, 420, 429])

/** The request never left: no connection was made. */
const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** It may have arrived, the answer did not. */
const lostCodes = new Set([
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
