import type { Dashboard } from '../model/dashboard.ts'

/** Says that the figures are old, above everything and without moving any of it. */
export function ReconnectBanner({ dashboard }: { dashboard: Dashboard }) {
  const hasFigures = dashboard.health.value !== null
  return (
    <div role="status" aria-live="assertive" class="banner-place">
      {dashboard.stale.value && (
        <p class="banner">
          <span class="spinner" aria-hidden="true" />
          {hasFigures
            ? 'Reconnecting to Genesis. The figures below are the last known.'
            : 'Connecting to Genesis.'}
        </p>
      )}
    </div>
  )
}
