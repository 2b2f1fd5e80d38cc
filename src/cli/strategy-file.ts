import { type Disk, GenesisError, loadModule } from '../runtime/index.ts'
import { demoStrategy, isStrategy, type Strategy } from '../trading/index.ts'
import { version } from './version.ts'

/** A strategy and its code, imports included, which tells one version of it from another. */
export async function strategyFile(
  disk: Disk,
  name: string,
): Promise<{ readonly strategy: Strategy; readonly source: string }> {
  if (name === 'demo') return { strategy: demoStrategy, source: `demo ${version}` }
  if (!(await disk.exists(name))) {
    const sentence = `strategy is "${name}"; it must be "demo" or a .ts or .js file that exists`
    throw new GenesisError('bad-input', sentence, { details: { field: 'strategy', value: name } })
  }
  // What cannot be read, such as a folder, is refused in the disk's words.
  await disk.readFile(name)
  const { exported, code } = await loadModule(name)
  if (isStrategy(exported)) return { strategy: exported, source: code }
  const sentence = `${name} has no strategy as its default export: export default strategy({ ... })`
  throw new GenesisError('bad-input', sentence)
}
