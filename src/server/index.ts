export * from './protocol.ts'
export * from './system-view.ts'
