export * from './request-mediator.ts'
export type { RequestPolicy } from './request-policies.ts'
export type * from './request-target.ts'
