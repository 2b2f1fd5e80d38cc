import { GenesisError } from '../../runtime/index.ts'

/**
 * What a strategy lets its user choose, as plain data: for the command line, the optimiser and
 * the dashboard. The default says the type.
 */
export type ParameterSpec = IntSpec | NumberSpec | ChoiceSpec | FlagSpec
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>

export interface IntSpec extends Range {
  readonly kind: 'int'
  readonly default: number
}

export interface NumberSpec extends Range {
  readonly kind: 'number'
  readonly default: number
}

export interface ChoiceSpec<Choice extends string = string> {
  readonly kind: 'choice'
  readonly default: Choice
  readonly choices: readonly Choice[]
}

export interface FlagSpec {
  readonly kind: 'flag'
  readonly default: boolean
}

/** Both ends belong to it. `step` is the optimiser's; any value in the range is allowed. */
export interface Range {
  readonly min?: number
  readonly max?: number
  readonly step?: number
}

export type ParameterValues<Specs extends ParameterSpecs = ParameterSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends ChoiceSpec<infer Choice>
    ? Choice
    : Specs[Name]['default']
}

/** A whole number. */
export function int(standard: number, range: Range = {}): IntSpec {
  const spec: IntSpec = { kind: 'int', default: standard, ...range }
  readParameter(spec, standard, 'the default')
  return Object.freeze(spec)
}

/** Any finite number. */
export function number(standard: number, range: Range = {}): NumberSpec {
  const spec: NumberSpec = { kind: 'number', default: standard, ...range }
  readParameter(spec, standard, 'the default')
  return Object.freeze(spec)
}

/** One of these words; the first is the default. */
export function choice<const Choice extends string>(
  choices: readonly [Choice, ...Choice[]],
): ChoiceSpec<Choice> {
  return Object.freeze({ kind: 'choice', default: choices[0], choices })
}

/** Yes or no. */
export function flag(standard = false): FlagSpec {
  return Object.freeze({ kind: 'flag', default: standard })
}

/** A raw value, be it text of the command line or a value of a file, or a sentence. */
export function readParameter(
  spec: ParameterSpec,
  raw: unknown,
  name: string,
): ParameterSpec['default'] {
  const value = typeof raw === 'string' ? fromText(spec, raw) : raw
  if (allows(spec, value)) return value
  throw new GenesisError(
    'bad-input',
    `${name} is ${JSON.stringify(raw) ?? String(raw)}; it must be ${allowedText(spec)}`,
    { details: { field: name, value: raw } },
  )
}

/** "a whole number from 2 to 200" */
export function allowedText(spec: ParameterSpec): string {
  if (spec.kind === 'choice') return `one of ${spec.choices.join(', ')}`
  if (spec.kind === 'flag') return 'true or false'
  const kind = spec.kind === 'int' ? 'a whole number' : 'a number'
  const { min, max } = spec
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`
  if (min !== undefined) return `${kind} of at least ${min}`
  return max === undefined ? kind : `${kind} of at most ${max}`
}

const NUMBER_PATTERN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function fromText(spec: ParameterSpec, text: string): unknown {
  if (spec.kind === 'choice') return text
  if (spec.kind === 'flag') return text === 'true' ? true : text === 'false' ? false : text
  return NUMBER_PATTERN.test(text.trim()) ? Number(text) : text
}

function allows(spec: ParameterSpec, value: unknown): value is ParameterSpec['default'] {
  if (spec.kind === 'choice') return spec.choices.some((choice) => choice === value)
  if (spec.kind === 'flag') return typeof value === 'boolean'
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  if (spec.kind === 'int' && !Number.isSafeInteger(value)) return false
  return value >= (spec.min ?? -Infinity) && value <= (spec.max ?? Infinity)
}
