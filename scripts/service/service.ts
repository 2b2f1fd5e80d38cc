import type { Site } from './site.ts'

/**
 * One kind of server: how to find it, start it and tell that it answers. What is common to all
 * three (folders, ports, processes, states) is not its business.
 */
export interface Service {
  readonly name: ServiceName
  /** The variable that names one already running, and that `up` exports. */
  readonly variable: string
  readonly debianPackage: string
  /** Where the programs are; null when they are not installed. */
  locate(): Promise<Programs | null>
  /** Starts it below `site.folder` on `site.port`; ready is when `probe` says so. */
  start(site: Site, programs: Programs): Promise<void>
  url(address: Address): string
  /** Resolves once the server at this address speaks its protocol; else says why not. */
  probe(url: string, deadlineMs: number): Promise<void>
}

export type ServiceName = 'postgres' | 'redis' | 'rabbitmq'
export type Programs = Readonly<Record<string, string>>

export interface Address {
  readonly port: number
  readonly password: string
}
