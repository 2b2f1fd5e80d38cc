import type { WorkerPort } from '../../runtime/index.ts'
import { MemoryReplicaHolder } from './memory-replica-holder.ts'
import { serveReplicas } from './replica-server.ts'

/** What runs in the thread of a `WorkerReplicaHolder`: keeps replicas and answers for them. */
export default function replicaWorker(port: WorkerPort): void {
  serveReplicas(new MemoryReplicaHolder({ name: 'worker' }), {
    post: (message) => port.post(message),
    onMessage: (listen) => port.onMessage((message) => listen(message as string)),
    onClosed: () => undefined,
  })
}
