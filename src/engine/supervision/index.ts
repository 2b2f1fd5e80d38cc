export * from './checked-answer.ts'
export { eventFault } from './event-fault.ts'
export * from './loop-culprit.ts'
export * from './restart-backoff.ts'
export * from './restart-intensity.ts'
export { RestoreAbort } from './restore-abort.ts'
export type { RestoreTogether } from './restore-cohort.ts'
export type { ChildStatus } from './supervised-child.ts'
export type * from './supervised.ts'
export type * from './supervision-event.ts'
export type { SupervisionGroupOptions } from './supervision-group.ts'
export * from './supervision-state.ts'
export * from './supervisor.ts'
export * from './self-mending.ts'
export { serveComponent } from './worker/serve-component.ts'
export {
  WorkerComponent,
  type WorkerComponentOptions,
  type WorkerStatus,
} from './worker/worker-component.ts'
export type { WorkerLimits } from './worker/worker-link.ts'
