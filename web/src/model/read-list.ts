import type { Page } from '../../../src/server/protocol.ts'

/** Reads a list over REST; null when the server did not answer, and the caller asks again. */
const DEADLINE_MS = 5000

export async function readList<Item>(
  route: string,
  query: Readonly<Record<string, string>>,
): Promise<readonly Item[] | null> {
  const address = new URL(`api/v1/${route}`, document.baseURI)
  address.search = new URLSearchParams(query).toString()
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) })
    return answer.ok ? ((await answer.json()) as Page<Item>).items : null
  } catch (error) {
    console.warn(`${route} could not be read`, error)
    return null
  }
}
