/** A module hook: `genesis/trading` and its like are this package's own front doors. */
export async function resolve(
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => Promise<unknown>,
): Promise<unknown> {
  const match = /^genesis\/([a-z]+)$/.exec(specifier)
  if (!match) return next(specifier, context)
  return next(new URL(`../${match[1]}/index.js`, import.meta.url).href, context)
}
