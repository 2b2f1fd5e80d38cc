import type { ConnectionState } from '../model/connection-state.ts'

/** Whether what the page shows is now. */
const texts = { connecting: 'Connecting', live: 'Live', waiting: 'Reconnecting' } as const

export function ConnectionLight({ connection }: { connection: ConnectionState }) {
  return <span class={`light ${connection.phase}`}>{texts[connection.phase]}</span>
}
