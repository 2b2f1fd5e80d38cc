import { GenesisError } from '../../runtime/index.ts'
import {
  StateReader,
  StateWriter,
  type Indicator,
  type IndicatorState,
  type StateTape,
} from '../indicators/index.ts'
import { Series } from './series.ts'

const NODES_MAX = 1_000

/**
 * The indicators of one running strategy, in the order of their making.
 *
 * That order is a topological one, since an indicator can only be made from series that exist, so
 * one pass a bar brings all up to date. It is fixed when `setup` returns: the n-th indicator of a
 * checkpoint is the n-th of the next start.
 */
export class SeriesGraph {
  readonly #nodes: GraphNode[] = []
  #sealed = false

  add(node: GraphNode): void {
    this.refuseOnceSealed(node.label)
    if (this.#nodes.length === NODES_MAX) {
      throw new GenesisError('bad-input', `a strategy may have ${NODES_MAX} indicators, not more`)
    }
    this.#nodes.push(node)
  }

  seal(): void {
    this.#sealed = true
  }

  refuseOnceSealed(what: string): void {
    if (!this.#sealed) return
    throw new GenesisError('bad-input', `${what} was asked for after setup; ask for it in setup`)
  }

  step(): void {
    const nodes = this.#nodes
    for (let index = 0; index < nodes.length; index++) nodes[index]!.step()
  }

  snapshot(): NodeState[] {
    return this.#nodes.map((node) => {
      const tape = new StateWriter()
      node.carry(tape)
      return { label: node.label, numbers: tape.stored }
    })
  }

  restore(states: readonly NodeState[]): void {
    const here = this.#nodes.map((node) => node.label).join(', ')
    const there = states.map((state) => state.label).join(', ')
    if (here !== there) {
      throw new GenesisError(
        'bad-checkpoint',
        `the strategy's indicators changed since its checkpoint: it has ${here || 'none'}, ` +
          `the checkpoint ${there || 'none'}`,
      )
    }
    this.#nodes.forEach((node, index) => {
      const tape = new StateReader(states[index]!.numbers)
      node.carry(tape)
      tape.end()
    })
  }
}

export interface GraphNode {
  /** "ema(rsi(close, 14), 9)": what it computes, settings included. */
  readonly label: string
  step(): void
  carry(tape: StateTape): void
}

export interface NodeState {
  readonly label: string
  readonly numbers: IndicatorState
}

/** An indicator that reads its sources itself and feeds one series an output. */
export class IndicatorNode<Kind extends Indicator> implements GraphNode {
  readonly label: string
  readonly main: Series
  readonly #indicator: Kind
  readonly #update: (indicator: Kind) => void
  readonly #outputs: Output<Kind>[] = []

  constructor(
    graph: SeriesGraph,
    label: string,
    indicator: Kind,
    update: (indicator: Kind) => void,
  ) {
    this.label = label
    this.main = new Series(graph, label)
    this.#indicator = indicator
    this.#update = update
    graph.add(this)
  }

  /** A further output beside `value`, such as a signal line. */
  output(name: string, read: (indicator: Kind) => number): Series {
    const series = new Series(this.main.graph, `${this.label}.${name}`)
    this.#outputs.push({ series, read })
    return series
  }

  step(): void {
    const indicator = this.#indicator
    this.#update(indicator)
    this.main.push(indicator.value)
    const outputs = this.#outputs
    for (let index = 0; index < outputs.length; index++) {
      const output = outputs[index]!
      output.series.push(output.read(indicator))
    }
  }

  carry(tape: StateTape): void {
    this.#indicator.carry(tape)
    this.main.carry(tape)
    for (const { series } of this.#outputs) series.carry(tape)
  }
}

interface Output<Kind> {
  readonly series: Series
  readonly read: (indicator: Kind) => number
}
