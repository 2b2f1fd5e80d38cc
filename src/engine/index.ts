export * from './component.ts'
export * from './event.ts'
