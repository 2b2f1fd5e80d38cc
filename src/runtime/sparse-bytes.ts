/**
 * Bytes without an end, zero until written, kept in chunks: growing copies nothing, and what was
 * never written costs nothing.
 */
export class SparseBytes {
  readonly #chunks: (Uint8Array | undefined)[] = []

  read(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.length;) {
      const start = (position + done) % chunkBytes
      const count = Math.min(chunkBytes - start, target.length - done)
      const chunk = this.#chunks[Math.floor((position + done) / chunkBytes)]
      if (chunk === undefined) target.fill(0, done, done + count)
      else target.set(chunk.subarray(start, start + count), done)
      done += count
    }
  }

  write(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length;) {
      const start = (position + done) % chunkBytes
      const count = Math.min(chunkBytes - start, bytes.length - done)
      const index = Math.floor((position + done) / chunkBytes)
      const chunk = (this.#chunks[index] ??= new Uint8Array(chunkBytes))
      chunk.set(
        done === 0 && count === bytes.length ? bytes : bytes.subarray(done, done + count),
        start,
      )
      done += count
    }
  }

  /** Makes everything from `position` on zero. */
  clearFrom(position: number): void {
    const first = Math.ceil(position / chunkBytes)
    if (this.#chunks.length > first) this.#chunks.length = first
    this.#chunks[Math.floor(position / chunkBytes)]?.fill(0, position % chunkBytes)
  }
}

const chunkBytes = 2 ** 16
