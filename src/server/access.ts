/**
 * Who may talk to us, by the two headers a browser sets and a page cannot forge.
 *
 * - A page that rebinds its own name to 127.0.0.1 still sends its name as `Host`: only
 *   `localhost`, plain addresses and names the owner configured are served.
 * - A WebSocket is not bound by the same-origin rule, so its `Origin` must be the host it asks.
 *   Programs that are not browsers send none.
 */
export function isHostAllowed(host: string | undefined, names: readonly string[]): boolean {
  if (host === undefined) return false
  const match = HOST_PATTERN.exec(host.toLowerCase())
  if (!match) return false
  const { address, name } = match.groups!
  return address !== undefined || name === 'localhost' || names.includes(name!)
}

// A name whose last label is digits is an IPv4 address to every browser, never a DNS name.
const HOST_PATTERN =
  /^(?:(?<address>\[[0-9a-f:.]+\]|\d{1,3}(?:\.\d{1,3}){3})|(?<name>[a-z0-9._-]+))(?::\d{1,5})?$/

export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  origins: readonly string[],
): boolean {
  if (origin === undefined) return true
  if (origins.includes(origin)) return true
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}
