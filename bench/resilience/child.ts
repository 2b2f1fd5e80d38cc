import * as measure from './measure.ts'
import * as ours from './ours.ts'
import * as peers from './peers.ts'
import type { Measured } from './measured.ts'
import type { Held, Subject, Subjects } from './subject.ts'

/** One figure of one subject, in a process of its own: `child.ts <subject> <what>`. */
const [name, what] = process.argv.slice(2) as [string, Measured]

// Source maps would make everybody's stack traces dearer than they are in production.
process.setSourceMapsEnabled(false)
process.send!(await figure(), () => process.exit(0))

async function figure(): Promise<number> {
  switch (what) {
    case 'nanoseconds':
      return measure.nanosecondsEach(await subject())
    case 'bytes':
      return measure.bytesEach(await subject())
    case 'held bytes':
      return measure.bytesHeld(holding(), false)
    case 'used bytes':
      return measure.bytesHeld(holding(), true)
    case 'idle':
      return measure.idleCpu(holding())
    case 'timers':
      return measure.timersEach(holding())
    case 'kept bytes':
      return measure.bytesKept(signalled())
  }
}

function subject(): Subject | Promise<Subject> {
  const all: Subjects = {
    ...ours.subjects,
    ...peers.closed,
    ...peers.pipeline,
    ...peers.stages,
    ...peers.refusing,
    ...peers.failing,
    ...peers.crowded,
  }
  return named(all)()
}

function holding(): () => Held {
  return named({ ...ours.held, ...peers.held })
}

function signalled(): (parent: AbortSignal) => PromiseLike<unknown> {
  return named({ ...ours.signalled, ...peers.signalled })()
}

function named<Kind>(all: Readonly<Record<string, Kind>>): Kind {
  const found = all[name]
  if (found === undefined) throw new Error(`no subject is called ${name}`)
  return found
}
