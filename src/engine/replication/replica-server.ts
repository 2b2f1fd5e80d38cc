import { messageOf } from '../../runtime/index.ts'
import {
  type Answer,
  type Question,
  type ReplicaChannel,
  sealed,
  unsealed,
} from './replica-channel.ts'
import type { EventBatch, StateOffer } from './replica.ts'
import type { ReplicaHolder } from './replica-holder.ts'

/** Answers for a holder at the far end of a channel, one question after the other. */
export function serveReplicas(holder: ReplicaHolder, channel: ReplicaChannel): void {
  let last: Promise<void> = Promise.resolve()
  channel.onMessage((message) => {
    const question = unsealed<Question>(message)
    if (!question) return
    last = last.then(async () => channel.post(sealed(await answer(holder, question))))
  })
}

async function answer(holder: ReplicaHolder, question: Question): Promise<Answer> {
  const { id } = question
  try {
    return { id, value: (await ask(holder, question)) ?? null }
  } catch (error) {
    return { id, failed: messageOf(error) }
  }
}

function ask(holder: ReplicaHolder, { verb, parameters: [first, second] }: Question) {
  switch (verb) {
    case 'offer':
      return holder.offer(first as StateOffer)
    case 'apply':
      return holder.apply(first as string, second as EventBatch)
    case 'newest':
      return holder.newest(first as string)
    case 'drop':
      return holder.drop(first as string)
    default:
      throw new Error(`a holder has no ${String(verb satisfies never)}`)
  }
}
