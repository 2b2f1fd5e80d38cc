export * from './checkpoint.ts'
export {
  CheckpointManager,
  type CheckpointManagerOptions,
  type CheckpointRequest,
  type CheckpointStatus,
  type SavedCheckpoint,
} from './checkpoint-manager.ts'
export { witnessOf } from './witness.ts'
