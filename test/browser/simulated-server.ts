import { systemClock } from '../../src/runtime/index.ts'
import { SimulatedSystem } from './simulated-system.ts'
import { startServer } from './test-server.ts'

/**
 * The page over simulated figures: `node --import tsx test/browser/simulated-server.ts [port]`.
 * Together with `npx vite web`, which passes `/api` on to port 5000, this is where it is worked on.
 */
const port = Number(process.argv[2] ?? 5000)
const { url } = await startServer(
  new SimulatedSystem(systemClock()),
  { webRoot: new URL('../../dist/web', import.meta.url).pathname },
  { port },
)
console.log(url)
