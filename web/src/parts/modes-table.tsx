import type { ModeChangeView } from '../../../src/server/protocol.ts'
import { formatMoment, formatTime } from '../format/time.ts'
import type { Dashboard } from '../model/dashboard.ts'
import { Table, type Column } from './table.tsx'

/** What the present mode does, and how it was come to. */
const columns: readonly Column<ModeChangeView>[] = [
  {
    title: 'At',
    align: 'left',
    cell: ({ time }) => <time title={formatMoment(time)}>{formatTime(time)}</time>,
  },
  {
    title: 'Mode',
    align: 'left',
    cell: ({ from, to }) => `${from.replace('_', ' ')} → ${to.replace('_', ' ')}`,
  },
  {
    title: 'Why',
    align: 'left',
    wide: true,
    cell: ({ reason }) => <span title={reason ?? undefined}>{reason ?? 'all is well again'}</span>,
  },
]

export function ModesTable({ dashboard }: { dashboard: Dashboard }) {
  const engine = dashboard.engine.value
  return (
    <>
      {engine !== null && <Effects {...engine.effects} />}
      <Table
        caption="Changes of mode"
        columns={columns}
        rows={engine?.modeChanges.toReversed() ?? []}
        empty="The mode has not changed since the start."
      />
    </>
  )
}

interface EffectsProps {
  readonly throttleFactor: number
  readonly hedging: string
  readonly batchMax: number
  readonly trading: string
}

function Effects({ throttleFactor, hedging, batchMax, trading }: EffectsProps) {
  const share = `${Math.round(throttleFactor * 100)} %`
  return (
    <p class="effects">
      Trading: {trading}. {share} of LOW and BACKGROUND let through, hedging {hedging}, batches of
      at most {batchMax}.
    </p>
  )
}
