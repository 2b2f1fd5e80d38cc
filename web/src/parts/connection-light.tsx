import type { ConnectionState } from '../model/connection-state.ts'

const texts = { connecting: 'Connecting', live: 'Live', waiting: 'Reconnecting' } as const

/** Whether what the page shows is now. */
export function ConnectionLight({ connection }: { connection: ConnectionState }) {
  return <span class={`light ${connection.phase}`}>{texts[connection.phase]}</span>
}
