/**
 * One journal's life story on a simulated disk, with its crashes, checked by an oracle that knows
 * only what was appended and what was acknowledged.
 *
 * What must hold in every story: an acknowledged record is never lost, unless its removal was
 * asked for; what was removed never comes back; no record is invented or changed; numbers have no
 * hole; nothing is called damaged that a crash alone can explain; and
 * the journal can always be opened and appended to once the faults stop.
 */
import {
  type Disk,
  type DiskFault,
  GenesisError,
  type Random,
  SimulatedDisk,
  createRandom,
} from '../runtime/index.ts'
import { mortalDisk } from './broken-disk.conformance.ts'
import { type FileJournal, openJournal } from './file-journal.ts'
import { verifyJournal } from './verify.ts'

export interface Scenario {
  readonly name: string
  /** The chance of each fault at each operation, until the last life. */
  readonly faults?: Readonly<Partial<Record<DiskFault, number>>>
  /** The chance that a life ends by a killed process, which leaves the page cache, not by power. */
  readonly killChance?: number
  /** Few payload lengths, so that new records often lie exactly over old ones. */
  readonly lengths?: readonly number[]
  /** A bug, planted between the journal and the disk. */
  readonly plant?: (disk: Disk) => Disk
}

export interface Story {
  /** Undefined when all held. */
  readonly violation: string | undefined
  /** What happened at all: a test in which nothing happened proves nothing. */
  readonly marks: ReadonlySet<string>
}

export const folder = 'journal'
const segmentBytes = 2048
/** Room for all that one life appends. */
const pendingBytesMax = 16 * 1024
const lives = 3
const usualLengths = [0, 60, 60, 60, 150]

/** The first life ends at its `crashStep`-th operation; everything else comes from the seed. */
export async function tellStory(
  scenario: Scenario,
  seed: number,
  crashStep: number,
): Promise<Story> {
  const story = new StoryTeller(scenario, createRandom(`${scenario.name} ${seed} ${crashStep}`))
  const violation = await story.tell(crashStep).then(
    () => undefined,
    (cause: unknown) => String(cause),
  )
  return { violation, marks: story.marks }
}

class StoryTeller {
  readonly marks = new Set<string>()
  readonly #scenario: Scenario
  readonly #random: Random
  readonly #sim: SimulatedDisk
  /** Payloads by number, from 1 at index 0: the only true history. */
  readonly #truth: string[] = []
  #promised = 0
  /** Records from here on must be there; the removal of those below was asked for. */
  #needed = 1
  /** What removing told last: nothing below may come back. */
  #removedBefore = 1

  constructor(scenario: Scenario, random: Random) {
    this.#scenario = scenario
    this.#random = random
    this.#sim = new SimulatedDisk({ random: random.fork('disk') })
  }

  async tell(crashStep: number): Promise<void> {
    for (let life = 1; life <= lives; life++) {
      const steps = life === 1 ? crashStep : 1 + this.#random.integer(60)
      await this.#live(life, steps)
    }
    this.#powerCut()
    await this.#liveInPeace()
    this.#sim.crash(this.#random, 0)
    const journal = await openJournal({
      disk: this.#plant(this.#sim),
      folder,
      segmentBytes,
      pendingBytesMax,
    })
    await this.#check(journal, 'after the last power cut')
    await journal.close()
  }

  async #live(life: number, steps: number): Promise<void> {
    const isKill = this.#random.next() < (this.#scenario.killChance ?? 0.25)
    this.#scriptFaults()
    const mortal = mortalDisk(this.#sim, isKill ? steps : Number.MAX_SAFE_INTEGER)
    if (!isKill) this.#sim.failAt(this.#sim.operations + steps, 'power-off')
    const journal = await this.#open(this.#plant(mortal.disk))
    if (journal) {
      await this.#appendAll(journal, life)
      if (!journal.halted && this.#random.next() < 0.5) await tolerate(journal.close())
      if (journal.halted) this.marks.add('halted')
      mortal.die()
      await tolerate(journal.close())
    }
    if (isKill) this.marks.add('killed')
    else this.#powerCut()
  }

  #powerCut(): void {
    const chances = [0, 0.5, 0.5, 0.9, 1]
    this.#sim.crash(this.#random, chances[this.#random.integer(chances.length)] ?? 0)
  }

  async #liveInPeace(): Promise<void> {
    const journal = await openJournal(this.#options(this.#plant(this.#sim)))
    await this.#check(journal, 'in peace')
    await this.#appendAll(journal, lives + 1)
    await journal.flushed()
    await this.#check(journal, 'after flushing in peace')
    await journal.close()
    const { verdict, records, problems } = await verifyJournal({ disk: this.#sim, folder })
    if (verdict !== 'clean' || records !== this.#truth.length - journal.firstNumber + 1) {
      throw new Error(`verify finds ${verdict}, ${records} records: ${problems.join(' ')}`)
    }
  }

  async #open(disk: Disk): Promise<FileJournal | undefined> {
    try {
      const journal = await openJournal(this.#options(disk))
      await this.#check(journal, 'at start')
      return journal
    } catch (cause) {
      if (!isFault(cause)) throw cause
      this.marks.add('crashed while opening')
      return undefined
    }
  }

  #options(disk: Disk): Parameters<typeof openJournal>[0] {
    const listener = {
      onAcknowledged: (acknowledged: number) => {
        if (acknowledged <= this.#promised) throw new Error('acknowledged went back')
        this.#promised = acknowledged
      },
      onHalted: () => {},
    }
    return { disk, folder, segmentBytes, pendingBytesMax, listener }
  }

  async #check(journal: FileJournal, when: string): Promise<void> {
    const { lastNumber } = journal
    if (lastNumber < this.#promised) {
      throw new Error(`${when}: ${this.#promised} was acknowledged, ${lastNumber} is the last`)
    }
    if (lastNumber > this.#truth.length) throw new Error(`${when}: ${lastNumber} was invented`)
    if (lastNumber > this.#promised) this.marks.add('kept an unacknowledged record')
    if (journal.tornBytes > 0) this.marks.add('torn tail')
    const { firstNumber } = journal
    if (firstNumber > 1) this.marks.add('began later')
    if (firstNumber > this.#needed || firstNumber < this.#removedBefore) {
      throw new Error(`${when}: it begins with ${firstNumber}, not at most ${this.#needed}`)
    }
    let expected = firstNumber
    for await (const records of journal.read(firstNumber)) {
      for (const { number, kind, payload } of records) {
        const text = Buffer.from(payload).toString()
        const isTrue = number === expected && text === this.#truth[number - 1]
        if (!isTrue || kind !== number % 7) throw new Error(`${when}: record ${number} is not ours`)
        expected++
      }
    }
    if (expected !== lastNumber + 1) throw new Error(`${when}: reading ended before ${expected}`)
    this.#truth.length = lastNumber
    this.#promised = lastNumber
  }

  async #appendAll(journal: FileJournal, life: number): Promise<void> {
    const { lengths = usualLengths } = this.#scenario
    for (let round = 0; round < 10 && !journal.halted; round++) {
      for (let count = this.#random.integer(6); count >= 0; count--) {
        const name = `${life}:${this.#random.integer(1e6)}:`
        const text = name.padEnd(lengths[this.#random.integer(lengths.length)] ?? 0, 'x')
        const number = journal.append((journal.lastNumber + 1) % 7, text)
        this.#truth[number - 1] = text
      }
      if (this.#random.next() < 0.1) await tolerate(this.#removeSome(journal))
      if (this.#random.next() < 0.6) await tolerate(journal.flushed())
      else for (let turns = this.#random.integer(12); turns > 0; turns--) await Promise.resolve()
    }
  }

  /** Sometimes of what is not flushed, or not even appended. */
  async #removeSome(journal: FileJournal): Promise<void> {
    const number = 1 + this.#random.integer(journal.lastNumber + 5)
    this.#needed = Math.max(this.#needed, number)
    this.#removedBefore = await journal.removeBefore(number)
  }

  #scriptFaults(): void {
    for (const [fault, chance] of Object.entries(this.#scenario.faults ?? {})) {
      for (let step = 1; step <= 150; step++) {
        if (this.#random.next() >= chance) continue
        this.#sim.failAt(this.#sim.operations + step, fault as DiskFault)
      }
    }
  }

  #plant(disk: Disk): Disk {
    return this.#scenario.plant?.(disk) ?? disk
  }
}

async function tolerate(operation: Promise<void>): Promise<void> {
  await operation.catch((cause: unknown) => {
    if (!isFault(cause)) throw cause
  })
}

function isFault(cause: unknown): boolean {
  if (!(cause instanceof GenesisError)) return false
  return ['disk-failed', 'disk-full', 'journal-halted'].includes(cause.code)
}
