import { fileURLToPath } from 'node:url'

/** The folder of the built page: `dist/web`, beside the built sources in `dist/src`. */
export const webRoot = fileURLToPath(new URL('../../web', import.meta.url))
