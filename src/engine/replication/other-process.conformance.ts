/** Run as a process by a test: keeps replicas and answers over the pipe to its parent. */
import { MemoryReplicaHolder } from './memory-replica-holder.ts'
import { serveReplicas } from './replica-server.ts'

serveReplicas(new MemoryReplicaHolder({ name: 'far end' }), {
  post: (message) => void process.send?.(message),
  onMessage: (listen) => void process.on('message', (message) => listen(message as string)),
  onClosed: (listen) => void process.on('disconnect', () => listen(new Error('the parent left'))),
})
