import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../runtime/index.ts'
import { isEdge, strictness } from './mode-edges.ts'
import {
  CONFIRM_MS,
  dwellMs,
  healthFloors,
  type ModeSignals,
  type ModeState,
  nextMode,
  RELAPSE_MS,
  startingMode,
} from './mode-state.ts'
import { type SystemMode, systemModes } from './system-mode.ts'

const TICK_MS = 100

const well: ModeSignals = {
  health: 100,
  healthReason: 'nothing',
  latencyRatio: 0,
  halted: null,
  restoring: null,
  essentialFailing: null,
  heldSafe: false,
}

/** What asks for exactly this mode and no stricter one. */
const askingFor: Readonly<Record<SystemMode, Partial<ModeSignals>>> = {
  NORMAL: {},
  PRE_SAFE: { health: 90 },
  LATENCY: { latencyRatio: 1.5 },
  SAFE: { health: 70 },
  ULTRA: { health: 50 },
  RECOVERY: { restoring: 'portfolio' },
  EMERGENCY: { health: 20 },
}

/** A system that gets one set of signals a tick. */
class Modes {
  now = 0
  state: ModeState = nextMode(startingMode(0), well, 0)
  readonly path: SystemMode[] = [this.state.mode]

  during(ms: number, signals: Partial<ModeSignals> | (() => Partial<ModeSignals>)): this {
    for (const end = this.now + ms; this.now < end;) {
      this.now += TICK_MS
      const given = typeof signals === 'function' ? signals() : signals
      const next = nextMode(this.state, { ...well, ...given }, this.now)
      if (next.mode !== this.state.mode) this.path.push(next.mode)
      this.state = next
    }
    return this
  }

  get mode(): SystemMode {
    return this.state.mode
  }
}

function modesIn(mode: SystemMode): Modes {
  const modes = new Modes()
  return mode === 'NORMAL' ? modes : modes.during(CONFIRM_MS + TICK_MS, askingFor[mode])
}

const pairs = systemModes.flatMap((from) =>
  systemModes.filter((to) => to !== from).map((to) => [from, to] as const),
)

describe('the edges', () => {
  test.each(pairs.filter(([from, to]) => strictness(to) > strictness(from)))(
    'from %s trouble leads to %s without a step between',
    (from, to) => {
      const modes = modesIn(from)

      modes.during(CONFIRM_MS + TICK_MS, askingFor[to])

      expect(modes.mode).toBe(to)
      expect(modes.path.slice(-2)).toEqual([from, to])
    },
  )

  test.each(pairs.filter(([from, to]) => strictness(to) < strictness(from) && isEdge(from, to)))(
    'from %s calm leads to %s after the dwell time and not before',
    (from, to) => {
      const modes = modesIn(from)

      modes.during(dwellMs[from], askingFor[to])

      expect(modes.mode).toBe(from)
      modes.during(TICK_MS, askingFor[to])
      expect(modes.mode).toBe(to)
      expect(modes.path.slice(-2)).toEqual([from, to])
    },
  )

  test.each(pairs.filter(([from, to]) => !isEdge(from, to)))(
    'from %s there is no edge to %s, and the way there passes what lies between',
    (from, to) => {
      const modes = modesIn(from)
      const begun = modes.path.length

      modes.during(60_000, askingFor[to])

      expect(modes.mode).toBe(to)
      expect(modes.path.length - begun).toBeGreaterThan(1)
    },
  )

  test('whatever the signals say, only edges of the table are walked, in time, and all of them', () => {
    const walked = new Set<string>()
    const signals = fc.record({
      health: fc.oneof(fc.constantFrom(20, 50, 70, 90, 100), fc.integer({ min: 0, max: 100 })),
      latencyRatio: fc.constantFrom(0, 0, 0.9, 1.5),
      restoring: fc.constantFrom(null, null, null, null, 'portfolio'),
      essentialFailing: fc.constantFrom(null, null, null, null, 'orders'),
      halted: fc.constantFrom(...Array.from({ length: 40 }, () => null), 'a flush failed'),
    })
    const phases = fc.array(fc.tuple(fc.integer({ min: 1, max: 250 }), signals), { minLength: 1 })
    fc.assert(
      fc.property(phases, (phases) => {
        const modes = new Modes()
        for (const [ticks, given] of phases) {
          for (let tick = 0; tick < ticks; tick += 1) {
            const before = modes.state
            modes.during(TICK_MS, given)
            const after = modes.state
            if (after.mode === before.mode) continue
            walked.add(`${before.mode} ${after.mode}`)
            expect(isEdge(before.mode, after.mode)).toBe(true)
            const isMilder = strictness(after.mode) < strictness(before.mode)
            if (isMilder) {
              expect(modes.now - before.sinceMs).toBeGreaterThanOrEqual(dwellMs[before.mode])
            }
          }
        }
      }),
      { numRuns: 500, seed: 7 },
    )

    const edges = pairs.filter(([from, to]) => isEdge(from, to)).map((pair) => pair.join(' '))
    expect([...walked].toSorted()).toEqual(edges.toSorted())
  })
})

describe('facts', () => {
  test('a halted journal is an emergency at once, and stays one', () => {
    const modes = new Modes().during(TICK_MS, { halted: 'a flush failed' })

    expect(modes.mode).toBe('EMERGENCY')
    expect(modes.state.reason).toBe('nothing more is recorded: a flush failed')
    expect(modes.during(600_000, { halted: 'a flush failed' }).path).toHaveLength(2)
  })

  test('the restoration of an essential component is told at once, whatever health says of it', () => {
    const modes = new Modes().during(TICK_MS, { restoring: 'portfolio', health: 55 })

    expect(modes.state).toMatchObject({ mode: 'RECOVERY', reason: 'portfolio is being restored' })
  })

  test('an essential component that does not come back stops new risk at once', () => {
    const modes = new Modes().during(TICK_MS, { essentialFailing: 'orders' })

    expect(modes.mode).toBe('SAFE')
    expect(modes.state.reason).toContain('orders')
  })

  test('a start is RECOVERY, and ends the moment state is back', () => {
    const rebuilding = { ...well, restoring: 'the journal' }
    const during = nextMode(startingMode(0), rebuilding, 10)

    const after = nextMode(during, well, 11)

    expect([during.mode, after.mode]).toEqual(['RECOVERY', 'NORMAL'])
  })

  test('--safe-mode starts in SAFE and leaves it only for what is stricter', () => {
    const start = nextMode(startingMode(0), { ...well, heldSafe: true }, 1)
    const modes = new Modes().during(600_000, { heldSafe: true })

    expect(start.mode).toBe('SAFE')
    expect(modes.state).toMatchObject({ mode: 'SAFE', reason: 'held in SAFE by --safe-mode' })
    expect(modes.during(1_000, { heldSafe: true, health: 10 }).mode).toBe('EMERGENCY')
    expect(modes.during(600_000, { heldSafe: true }).mode).toBe('SAFE')
  })
})

describe('measurements', () => {
  test.each(healthFloors)(
    '%s is asked for by health below %i, and not by health at it',
    (mode, at) => {
      const below = new Modes().during(2_000, { health: at - 0.5 })
      const there = new Modes().during(2_000, { health: at })

      expect(below.mode).toBe(mode)
      expect(strictness(there.mode)).toBeLessThan(strictness(mode))
    },
  )

  test('what was bad for less than the confirmation time changes nothing', () => {
    const modes = new Modes().during(CONFIRM_MS, { health: 0 })

    modes.during(10_000, {})

    expect(modes.path).toEqual(['NORMAL'])
  })

  test('of a fall that ends in the middle of the confirmation the milder mode is entered', () => {
    const modes = new Modes().during(300, { health: 10 }).during(300, { health: 90 })

    expect(modes.path).toEqual(['NORMAL', 'PRE_SAFE'])
  })

  test('health just above its floor is not yet good enough to come back', () => {
    const modes = modesIn('PRE_SAFE').during(60_000, { health: 96 })

    expect(modes.mode).toBe('PRE_SAFE')
    expect(modes.during(6_000, { health: 97 }).mode).toBe('NORMAL')
  })

  test('latency that is only just bearable again keeps the mode', () => {
    const modes = modesIn('LATENCY').during(60_000, { latencyRatio: 0.9 })

    expect(modes.mode).toBe('LATENCY')
  })

  test('the way back from an emergency takes every step for its time', () => {
    const modes = modesIn('EMERGENCY')
    const begun = modes.now

    modes.during(60_000, {})

    expect(modes.path).toEqual(['NORMAL', 'EMERGENCY', 'ULTRA', 'SAFE', 'PRE_SAFE', 'NORMAL'])
    expect(modes.state.sinceMs - begun).toBeGreaterThanOrEqual(40_000)
  })

  test('a way back that does not last is tried later the next time, at most eight times as late', () => {
    const modes = modesIn('PRE_SAFE')
    const heldMs = Array.from({ length: 6 }, () => {
      const since = modes.state.sinceMs
      for (; modes.mode !== 'NORMAL';) modes.during(TICK_MS, {})
      const held = modes.state.sinceMs - since
      modes.during(2_000, {}).during(CONFIRM_MS + TICK_MS, askingFor.PRE_SAFE)
      return Math.round(held / dwellMs.PRE_SAFE)
    })

    expect(heldMs).toEqual([1, 2, 4, 8, 8, 8])
  })

  test('after a way back that lasted the next trouble is held no longer than the first', () => {
    const modes = modesIn('PRE_SAFE').during(10_000, {}).during(1_000, askingFor.PRE_SAFE)
    expect(modes.state.relapses).toBe(1)

    modes.during(11_000 + RELAPSE_MS, {}).during(1_000, askingFor.PRE_SAFE)

    expect(modes.mode).toBe('PRE_SAFE')
    expect(modes.state.relapses).toBe(0)
  })

  test('a fall by several steps is one relapse', () => {
    const modes = modesIn('ULTRA').during(25_000, {})
    expect(modes.mode).toBe('PRE_SAFE')

    modes.during(1_000, askingFor.SAFE).during(1_000, askingFor.ULTRA)

    expect(modes.mode).toBe('ULTRA')
    expect(modes.state.relapses).toBe(1)
  })

  test('with 20 points of noise on every measurement no mode flaps', () => {
    const counts = Array.from({ length: 51 }, (_, index) => {
      const mean = 2 * index
      const random = createRandom(mean)
      const noisy = () => Math.min(100, Math.max(0, mean + 40 * random.next() - 20))
      // An hour of ten measurements a second, raw: nothing smooths them before.
      return new Modes().during(3_600_000, () => ({ health: noisy() })).path.length - 1
    })

    expect(Math.max(...counts)).toBeLessThanOrEqual(3)
  })
})
