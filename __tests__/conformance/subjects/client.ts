/** A subject out of a client that reads one response body to a request, and keeps one conversation. */
import { inexpressible } from 'redux-turnkeeper/conformance'
import type {
  ConversationView,
  OpenSubject,
  Step,
  Subject,
  Surroundings,
  TurnWord,
} from 'redux-turnkeeper/conformance'
import { createBodies } from './bodies'
import type { Bodies } from './bodies'

/** How often a client may put its work off by a timer of no time. */
const TIMER_ROUNDS = 8

/** One conversation of the client. What it has no function for cannot be expressed. */
export interface Client {
  send(turn: string, message: string): void
  stop(): void
  /** Whether a message that is sent while it is busy waits. */
  readonly queueIsKept: boolean
  /** Whether it can show a question while the body goes on. */
  readonly showsQuestions: boolean
  removeQueued?(message: string): void
  retry?(turn: string): void
  /** After a reload, with a turn that was going on. */
  resume?(turn: string): void
  view(): ConversationView
  dispose(): void
}

/** What a client is made with. */
export interface Place {
  readonly conversation: string
  readonly bodies: Bodies
  /** The client's own word that a turn has begun, or is over. */
  began(turn: string): void
  ended(turn: string, word: TurnWord): void
}

export function clientSubject(name: string, createClient: (place: Place) => Client): Subject {
  function open(world: Surroundings): OpenSubject {
    if (world.sharedQueue) throw inexpressible('a queue that tabs share')
    if (world.link) throw inexpressible('tabs that tell each other')
    const bodies = createBodies(world)
    const clients = new Map<string, Client>()
    const turns = new Map<string, TurnWord>()
    const records = new Map<string, number>()

    const of = (conversation: string): Client => {
      const known = clients.get(conversation)
      if (known) return known
      const fresh = createClient({
        conversation,
        bodies,
        began: (turn) => void turns.set(turn, 'live'),
        ended(turn, word) {
          turns.set(turn, word)
          records.set(turn, (records.get(turn) ?? 0) + 1)
          world.told.set(turn, (world.told.get(turn) ?? 0) + 1)
          if (word === 'completed') world.notify(conversation, turn)
        },
      })
      clients.set(conversation, fresh)
      return fresh
    }

    const receive = (step: Step): void => {
      switch (step.event) {
        case 'stream.dropped':
          return bodies.drop(step.conversation)
        case 'backend.restarted':
          return bodies.drop(null)
        // A body is a connection of its own: there is no other one to open, or to hang.
        case 'stream.opened':
        case 'stream.half_open':
        case 'heartbeat':
          return
        case 'request.ended':
          throw inexpressible('a request apart from its body')
        case 'session.state':
        case 'child.opened':
        case 'history.loaded':
        case 'error.reported':
        case 'send.accepted':
          throw inexpressible(step.event)
        case 'turn.input_requested':
        case 'turn.input_resolved':
          if (!of(step.conversation ?? '').showsQuestions)
            throw inexpressible('a question while the run goes on')
          return bodies.deliver(step)
        default:
          return bodies.deliver(step)
      }
    }

    return {
      send({ conversation, turn, message, mode = 'normal', hidden }) {
        const client = of(conversation!)
        const id = turn ?? world.createId()
        if (hidden) throw inexpressible('a hidden message')
        if (mode === 'steer') throw inexpressible('a steer')
        if (mode === 'retry') {
          if (!client.retry) throw inexpressible('a retry')
          return client.retry(id)
        }
        const { busy } = client.view()
        if (busy && world.policy.send_while_busy === 'send') throw inexpressible('a queue at the server')
        if ((busy || mode === 'queue') && !client.queueIsKept) throw inexpressible('a queue')
        turns.set(id, busy ? 'queued' : 'pending')
        client.send(id, message!)
      },
      stop: ({ conversation }) => of(conversation!).stop(),
      answer() {
        throw inexpressible('an answer while the body is open')
      },
      act({ event, conversation, message }) {
        if (event === 'view') return
        if (event === 'conversation.close') {
          of(conversation!).dispose()
          return void clients.delete(conversation!)
        }
        const client = event === 'queue.remove' ? of(conversation!) : undefined
        if (!client?.removeQueued) throw inexpressible(event)
        client.removeQueued(message!)
      },
      receive,
      checkStatus() {
        throw inexpressible('a status check')
      },
      restore(persisted) {
        for (const [conversation, value] of Object.entries(persisted)) {
          if (typeof value !== 'object' || value === null || !('turn' in value))
            throw inexpressible(`"${conversation}" that survives a reload`)
          const client = of(conversation)
          if (!client.resume) throw inexpressible('a turn that survives a reload')
          if (typeof value.turn === 'string') client.resume(value.turn)
        }
      },
      conversation: (id) => of(id).view(),
      turn: (turn) => ({
        state: turns.get(turn) ?? 'none',
        ends: { records: records.get(turn) ?? 0, told: world.told.get(turn) ?? 0 },
      }),
      async settled() {
        for (let turn = 0; turn < TIMER_ROUNDS; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
      },
      close() {
        for (const client of clients.values()) client.dispose()
        return []
      },
    }
  }
  return { name, lacks: ['poll', 'open_stream', 'answer'], open }
}
