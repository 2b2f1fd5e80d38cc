/**
 * Cuts bytes into parts where their content says so, not at fixed places: something put in at
 * one place changes the part it falls into and perhaps the next, and every other part stays byte
 * for byte what it was, so it need not be written again.
 *
 * The method is a gear hash with normal cut points (Xia et al., FastCDC, USENIX ATC 2016): a
 * rolling hash of the last 32 bytes ends a part where its upper bits are zero.
 */
export const PART_BYTES_MIN = 16_384
export const PART_BYTES_MAX = 262_144

/** Parts of 16 to 256 KiB, 64 KiB on average; joined they are `bytes`. None for no bytes. */
export function* partsOf(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let start = 0; start < bytes.length;) {
    const end = endOfPart(bytes, start)
    yield bytes.subarray(start, end)
    start = end
  }
}

function endOfPart(bytes: Uint8Array, start: number): number {
  const last = Math.min(bytes.length, start + PART_BYTES_MAX)
  let hash = 0
  for (let at = start + PART_BYTES_MIN; at < last; at += 1) {
    hash = ((hash << 1) + gear[bytes[at]!]!) | 0
    if (hash >>> CUT_SHIFT === 0) return at + 1
  }
  return last
}

/** The upper 16 bits: one place in 65,536, about the average size beyond the least. */
const CUT_SHIFT = 16

/** One pattern of bits for each byte: xorshift32, as fixed as the format. */
const gear = new Int32Array(256)
for (let at = 0, bits = 0x2545f491; at < gear.length; at += 1) {
  bits ^= bits << 13
  bits ^= bits >>> 17
  bits ^= bits << 5
  gear[at] = bits
}
