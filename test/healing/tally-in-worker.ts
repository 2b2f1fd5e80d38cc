/** The one that falls ill, in a thread of its own. */
import { serveComponent } from 'genesis/engine'
import { Tally } from './tally.ts'

export default serveComponent(() => new Tally('sick'))
