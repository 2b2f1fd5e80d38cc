import { GenesisError } from '../../runtime/index.ts'
import {
  StateReader,
  StateWriter,
  type IndicatorState,
  type StateTape,
} from '../indicators/index.ts'

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

const NODES_MAX = 1_000

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
