export { Attempt, Call } from './attempt.ts'
export { AttemptBudget, type AttemptBudgetOptions } from './budget.ts'
export type * from './call-context.ts'
export type { CallCounters } from './call-counters.ts'
export type * from './call-options.ts'
export type * from './circuit.ts'
export { Classifier, type ClassifierOptions } from './classifier.ts'
export * from './criticality.ts'
export type * from './effect.ts'
export type * from './error-class.ts'
export { Events, type Happened, type Listener, type ResilienceEvent } from './events.ts'
export * from './executor.ts'
export { invoke } from './invoke.ts'
export { classifyKnown, isUnsent } from './known-errors.ts'
export type * from './metric.ts'
export * from './outcome.ts'
export type * from './policy-options.ts'
export type * from './prediction.ts'
export { refusal } from './refusal.ts'
export * from './refusal-code.ts'
export { Timers, timersOf } from './timers.ts'
export { defaultParts, type Parts } from './parts.ts'
export { Guard } from './guard.ts'
export { pipeline, Pipeline, type PipelineAloneOptions, type PipelineOptions } from './pipeline.ts'
export type { Places } from './places.ts'
export { fallback, type FallbackOptions } from './fallback/fallback.ts'
export { hedge } from './hedge/hedge.ts'
export { retry, type RetryAloneOptions } from './retry/retry.ts'
export { timeout } from './timeout.ts'
export { Backoff, type BackoffOptions } from './retry/backoff.ts'
export { KeyGate } from './retry/key-gate.ts'
export {
  AdaptiveLimiter,
  adaptiveLimiter,
  type AdaptiveLimiterOptions,
} from './limits/adaptive-limiter.ts'
export { Bulkhead, bulkhead, type BulkheadOptions } from './limits/bulkhead.ts'
export {
  ClientThrottle,
  clientThrottle,
  type ClientThrottleOptions,
} from './limits/client-throttle.ts'
export { RateLimiter, rateLimiter, type RateLimiterOptions } from './limits/rate-limiter.ts'
export type { LimitOptions } from './limits/refusals.ts'
export {
  CircuitBreaker,
  circuitBreaker,
  type CircuitBreakerOptions,
} from './breaker/circuit-breaker.ts'
export type { CircuitCounters } from './breaker/circuit-counters.ts'
export type { CircuitSnapshot, TwoClocks } from './breaker/circuit-snapshot.ts'
export type { RuleOptions } from './breaker/rules.ts'
export { attemptsWanted } from './prediction/attempts-wanted.ts'
export { type DynamicTimeoutOptions, dynamicTimeoutMs } from './prediction/dynamic-timeout.ts'
export { LatencyPredictor } from './prediction/latency-predictor.ts'
export { SuccessPredictor } from './prediction/success-predictor.ts'
export { Faults, faults, type FaultsOptions } from './faults/faults.ts'
export type { FaultRates } from './faults/fault-plan.ts'
export { Keyed, type KeyedOptions } from './keyed.ts'
export {
  type KeyedCallOptions,
  KeyedPolicy,
  type KeyedPolicyBounds,
  keyedPolicy,
} from './keyed-policy.ts'
export { type OutcomeOf, Policy, policy } from './policy.ts'
export { resilient } from './resilient.ts'
export { retryAfterMsOf } from './retry-after.ts'
