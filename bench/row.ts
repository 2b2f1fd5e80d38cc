/**
 * One figure of a benchmark. A module in bench/micro (one part, alone) or bench/whole (the
 * product end to end, beside its peers) exports `run(): Promise<Row[]>`; the runner repeats it and
 * keeps the median of each row by its name, so names stay the same from round to round.
 */
export interface Row {
  readonly name: string
  readonly value: number
  /** A unit that ends in "/s" is better when larger, every other when smaller: "ms", "MB". */
  readonly unit: string
  /** '>= 400000' or '<= 700', in the row's unit. */
  readonly target?: string
  /** The name of our row that this one is the peer of; the table then gives the ratio. */
  readonly peerOf?: string
  readonly note?: string
}

/** What a benchmark module exports. */
export interface BenchModule {
  run(): Promise<Row[]>
}
