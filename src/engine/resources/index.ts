export * from './resource-advice.ts'
export * from './resource-monitor.ts'
export { memoryRatio, type PressureLevel } from './resource-pressure.ts'
