export * from './create-server.ts'
export * from './limits.ts'
export * from './protocol.ts'
export * from './system-view.ts'
