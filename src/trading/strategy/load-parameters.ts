import { GenesisError, nearestName } from '../../runtime/index.ts'
import {
  allowedText,
  readParameter,
  type ParameterSpec,
  type ParameterSpecs,
  type ParameterValues,
} from './parameter.ts'

/** Every parameter's value: what was given, checked, and the defaults of the others. */
export function loadParameters(
  specs: ParameterSpecs,
  given: Readonly<Record<string, unknown>> = {},
): ParameterValues {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) throw unknownParameter(name, Object.keys(specs))
  }
  const values: Record<string, ParameterSpec['default']> = {}
  for (const [name, spec] of Object.entries(specs)) {
    values[name] = Object.hasOwn(given, name)
      ? readParameter(spec, given[name], `parameter ${name}`)
      : spec.default
  }
  return Object.freeze(values)
}

/** The texts of `--param fast=5 --param slow=20` by name; values are checked by the above. */
export function parseParameterTexts(texts: readonly string[]): Record<string, string> {
  const given: Record<string, string> = {}
  for (const text of texts) {
    const equals = text.indexOf('=')
    const name = text.slice(0, equals).trim()
    if (equals < 1 || name === '') {
      throw new GenesisError('bad-input', `--param is "${text}"; it must be name=value`)
    }
    if (Object.hasOwn(given, name)) {
      throw new GenesisError('bad-input', `--param ${name} is given twice; give it once`)
    }
    given[name] = text.slice(equals + 1).trim()
  }
  return given
}

export interface ParameterDescription {
  readonly name: string
  readonly kind: ParameterSpec['kind']
  readonly default: ParameterSpec['default']
  /** "a whole number from 2 to 200" */
  readonly allowed: string
}

/** For `--help` and the dashboard. */
export function describeParameters(specs: ParameterSpecs): ParameterDescription[] {
  return Object.entries(specs).map(([name, spec]) => ({
    name,
    kind: spec.kind,
    default: spec.default,
    allowed: allowedText(spec),
  }))
}

function unknownParameter(name: string, known: readonly string[]): GenesisError {
  const nearest = nearestName(name, known)
  const hint = nearest === null ? '' : ` Did you mean ${nearest}?`
  const list = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
  return new GenesisError(
    'bad-input',
    `parameter ${name} is not one of the strategy's: ${list}.${hint}`,
    { details: { field: name } },
  )
}
