import type { Indicator, StateTape } from '../indicators/index.ts'
import type { GraphNode, SeriesGraph } from './series-graph.ts'
import { Series } from './series.ts'

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
