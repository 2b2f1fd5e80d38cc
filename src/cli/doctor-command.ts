import { type Setting, type SettingName, settings } from '../app/index.ts'
import { fileDisk, type Process } from '../runtime/index.ts'
import { type GivenSettings, settingsOf } from './settings-of.ts'
import { textTable } from './text-table.ts'
import { version } from './version.ts'

/** Prints every setting, its value, where that came from and may come from, and what it does. */
export async function doctorCommand(process: Process, given: GivenSettings): Promise<void> {
  const { values, origins } = await settingsOf(process, fileDisk(), given)
  const rows = (Object.keys(settings) as SettingName[]).map((name) => {
    const { environment = '', flag = '', meaning }: Setting<unknown> = settings[name]
    const value = JSON.stringify(values[name])
    return [name, value, origins[name], flag, environment, meaning]
  })
  process.write(`Genesis ${version}, Node ${process.nodeVersion}, ${process.platform}\n\n`)
  process.write(textTable(['setting', 'value', 'from', 'flag', 'environment', 'meaning'], rows))
}
