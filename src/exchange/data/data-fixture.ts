import { gzipSync, deflateRawSync } from 'node:zlib'
import { crc32, type Disk, SimulatedDisk } from '../../runtime/index.ts'

/** For tests: a disk in memory with these files in its root, named without a slash in front. */
export async function diskWith(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Disk> {
  const disk = new SimulatedDisk({ losesNothing: true })
  for (const [name, content] of Object.entries(files)) {
    await disk.replaceFile(`/${name}`, Buffer.from(content))
  }
  return disk
}

export function gzip(text: string): Uint8Array {
  return gzipSync(text)
}

/** A ZIP of one or more files, deflated or stored. */
export function zip(
  files: Readonly<Record<string, string>>,
  options: { readonly stored?: boolean; readonly crc?: number } = {},
): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text)
    const packed = options.stored ? bytes : deflateRawSync(bytes)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(options.stored ? 0 : 8, 4)
    fields.writeUInt32LE(options.crc ?? crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(bytes.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), fields, tail, Buffer.from(name))
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    locals.push(local)
    at += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(locals.length, 8)
  end.writeUInt16LE(locals.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, listed, end])
}
