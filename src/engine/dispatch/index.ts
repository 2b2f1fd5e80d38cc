export { AsyncLane, type AsyncLaneOptions } from './async-lane.ts'
export type { DispatchSnapshot, LevelCounts } from './dispatch-counts.ts'
export { Dispatcher, type DispatcherOptions, type DispatchPressure } from './dispatcher.ts'
export { WAIT_BOUNDS } from './weighted-service.ts'
