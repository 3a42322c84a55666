/**
 * The usual design, written as most apps do it: two flags a conversation, ids matched on endings (one without an id, or
 * with an id never seen, ends), a 10 s poll while busy, a poll on reconnect, a 120 s watchdog, a queue drained on idle.
 * A worked example of a subject, and a measure for others.
 */
import type { StatusAnswer } from '../types'
import type { TurnWord } from './format'
import type { Step } from './scenario'
import { inexpressible } from './subject'
import type { OpenSubject, Subject, Surroundings } from './subject'

const POLL_EVERY = 10_000
const WATCHDOG = 120_000

interface Queued {
  readonly turn: string
  readonly message: string
}
interface Conversation {
  key: string
  isBusy: boolean
  isStopping: boolean
  turn: string | null
  run: string | null
  error: string | null
  input: string | null
  lastEnded: TurnWord | null
  queue: Queued[]
  poll: unknown
  watchdog: unknown
}

const OUTCOMES: Readonly<Record<string, TurnWord>> = {
  complete: 'completed',
  error: 'failed',
  cancelled: 'stopped',
  interrupted: 'interrupted',
}
const IDLE_WORDS = ['idle', 'ready', 'stopped', 'error']

function open({
  ports,
  notify,
  clock,
  policy,
  sharedQueue,
  told,
  createId,
  turnOf,
}: Surroundings): OpenSubject {
  const conversations = new Map<string, Conversation>()
  const turns = new Map<string, TurnWord>()
  const started = new Map<string, number>()
  const records = new Map<string, number>()
  const turnOfRun = new Map<string, string>()
  /** The usual design gives up no request. */
  const context = { signal: new AbortController().signal }
  let closed = false

  const of = (key: string): Conversation => {
    const known = conversations.get(key)
    if (known) return known
    const fresh: Conversation = {
      key,
      isBusy: false,
      isStopping: false,
      turn: null,
      run: null,
      error: null,
      input: null,
      lastEnded: null,
      queue: [],
      poll: null,
      watchdog: null,
    }
    conversations.set(key, fresh)
    return fresh
  }

  const alive = (conversation: Conversation): void => {
    clock.clearTimeout(conversation.watchdog)
    conversation.watchdog = clock.setTimeout(() => {
      conversation.error = 'The agent does not respond.'
      end(conversation, 'failed')
    }, WATCHDOG)
  }
  const busy = (conversation: Conversation, turn: string | null): void => {
    if (!conversation.isBusy) {
      conversation.isBusy = true
      conversation.isStopping = false
      conversation.poll = clock.setTimeout(() => repoll(conversation), POLL_EVERY)
    }
    if (turn !== null) {
      conversation.turn = turn
      turns.set(turn, 'live')
      if (!started.has(turn)) started.set(turn, clock.now())
    }
    alive(conversation)
  }
  const repoll = (conversation: Conversation): void => {
    if (!conversation.isBusy) return
    poll(conversation)
    conversation.poll = clock.setTimeout(() => repoll(conversation), POLL_EVERY)
  }
  const end = (conversation: Conversation, word: TurnWord): void => {
    const { turn } = conversation
    const wasBusy = conversation.isBusy
    conversation.isBusy = false
    conversation.isStopping = false
    conversation.input = null
    conversation.lastEnded = word
    clock.clearTimeout(conversation.poll)
    clock.clearTimeout(conversation.watchdog)
    if (turn !== null) {
      turns.set(turn, word)
      records.set(turn, (records.get(turn) ?? 0) + 1)
      told.set(turn, (told.get(turn) ?? 0) + 1)
    }
    if (wasBusy && word === 'completed') notify(conversation.key, turn ?? '')
    conversation.turn = null
    conversation.run = null
    drain(conversation)
  }
  const drain = (conversation: Conversation): void => {
    const next = conversation.isBusy ? undefined : conversation.queue.shift()
    if (next) submit(conversation, next.turn, next.message)
  }

  const submit = (conversation: Conversation, turn: string, message: string): void => {
    conversation.error = null
    busy(conversation, turn)
    turns.set(turn, 'pending')
    const { key: conversationId } = conversation
    ports
      .sendTurn(
        { conversationId, turnId: turn, input: message, mode: 'start', hidden: false, attempt: 1 },
        context,
      )
      .then(
        (result) => {
          if (closed) return
          if (result.status === 'accepted') {
            if (result.runId != null) turnOfRun.set(result.runId, turn)
            return
          }
          conversation.error = `The message was refused: ${result.reason}.`
          end(conversation, 'failed')
        },
        () => {
          if (closed) return
          conversation.error = 'The message could not be sent.'
          end(conversation, 'failed')
        },
      )
  }

  const poll = (conversation: Conversation): void => {
    const { key } = conversation
    ports.fetchStatus([key], context).then(
      (answers) => {
        const answer = (answers as Readonly<Record<string, StatusAnswer>>)[key]
        if (!closed && answer) polled(conversation, answer)
      },
      () => undefined,
    )
  }
  const polled = (conversation: Conversation, { status, turnId, runId, last }: StatusAnswer): void => {
    if (status === 'running')
      busy(conversation, turnId ?? (runId != null ? (turnOfRun.get(runId) ?? null) : null))
    if ((status === 'idle' || status === 'absent') && conversation.isBusy) {
      end(conversation, last ? (OUTCOMES[last.outcome] ?? 'completed') : 'completed')
    }
  }

  /** The turn that a step names, if it names one that is known. */
  const named = (step: Step): string | null =>
    step.turn ?? (step.run != null ? (turnOfRun.get(step.run) ?? null) : null)
  const ending = (conversation: Conversation, step: Step, word: TurnWord): void => {
    const turn = named(step)
    if (turn !== null && conversation.turn !== null && turn !== conversation.turn) return
    if (turn !== null) conversation.turn = turn
    end(conversation, word)
  }

  const stop = (conversation: Conversation): void => {
    if (conversation.isStopping) return
    conversation.isStopping = true
    const failed = () => {
      conversation.isStopping = false
      conversation.error = 'The agent could not be stopped.'
    }
    ports
      .stopTurn({ conversationId: conversation.key, turnId: conversation.turn ?? '', runIds: [] }, context)
      .then((result) => (result.status === 'refused' ? failed() : undefined), failed)
  }
  const answer = (conversation: Conversation, requestId: string): void => {
    const failed = () => void (conversation.error = 'The answer could not be given.')
    ports
      .answerInput({ conversationId: conversation.key, requestId, answer: 'yes' }, context)
      .then((result) => (result.status === 'refused' ? failed() : void (conversation.input = null)), failed)
  }

  const enqueue = (conversation: Conversation, turn: string, message: string): void => {
    conversation.queue.push({ turn, message })
    turns.set(turn, 'queued')
  }
  const unsubscribe = sharedQueue?.subscribe((event) => {
    if (event.type === 'published') {
      enqueue(of(event.message.conversationId), event.message.turnId, String(event.message.input))
    }
  })

  const send = (step: Step): void => {
    const conversation = of(step.conversation!)
    const turn = step.turn ?? createId()
    const message = step.message!
    if (step.mode === 'steer') {
      const { key: conversationId } = conversation
      ports
        .sendTurn(
          { conversationId, turnId: turn, input: message, mode: 'steer', hidden: false, attempt: 1 },
          context,
        )
        .then(undefined, () => void (conversation.error = 'The message could not be sent.'))
    } else if (conversation.isBusy && policy.send_while_busy !== 'send') {
      enqueue(conversation, turn, message)
      sharedQueue?.publish({ conversationId: conversation.key, turnId: turn, input: message, hidden: false })
    } else submit(conversation, turn, message)
  }

  const forget = (): void => {
    for (const { poll: armed, watchdog } of conversations.values()) {
      clock.clearTimeout(armed)
      clock.clearTimeout(watchdog)
    }
  }

  const act = (step: Step): void => {
    switch (step.event) {
      case 'conversation.rekey': {
        if (step.turn != null) throw inexpressible('a turn that moves alone')
        const moved = of(step.from!)
        conversations.delete(step.from!)
        moved.key = step.to!
        return void conversations.set(step.to!, moved)
      }
      case 'queue.remove': {
        const conversation = of(step.conversation!)
        conversation.queue = conversation.queue.filter(({ message }) => message !== step.message)
        return
      }
      case 'conversation.close':
        conversations.delete(step.conversation!)
        return
      case 'user.changed':
        forget()
        conversations.clear()
        return
    }
    if (step.event === 'stop_background' || step.event.startsWith('queue.')) throw inexpressible(step.event)
  }

  const receive = (step: Step): void => {
    if (step.event === 'stream.opened') return conversations.forEach((conversation) => poll(conversation))
    if (step.conversation == null) return
    const conversation = of(step.conversation)
    switch (step.event) {
      case 'turn.started': {
        const turn =
          step.turn ?? (step.run != null ? (turnOfRun.get(step.run) ?? conversation.turn) : conversation.turn)
        if (step.run != null && turn !== null) turnOfRun.set(step.run, turn)
        return busy(conversation, turn)
      }
      case 'turn.output':
      case 'turn.activity':
      case 'turn.retrying':
        return busy(conversation, named(step))
      case 'turn.input_requested':
        conversation.input = step.input!
        return
      case 'turn.input_resolved':
        conversation.input = null
        return
      case 'turn.completed':
        return ending(conversation, step, 'completed')
      case 'turn.failed':
        conversation.error = step.error ?? 'The agent failed.'
        return ending(conversation, step, 'failed')
      case 'turn.aborted':
        return ending(conversation, step, 'stopped')
      case 'request.ended':
        return ending(conversation, step, step.outcome === 'cancelled' ? 'stopped' : 'completed')
      case 'error.reported':
        conversation.error = step.message ?? 'The agent failed.'
        return ending(conversation, step, 'failed')
      case 'session.state':
        if (step.status === 'running') busy(conversation, named(step))
        else if (IDLE_WORDS.includes(step.status!) && conversation.isBusy)
          ending(conversation, step, 'completed')
        return
    }
  }

  const phaseOf = ({ isBusy, isStopping, input, turn }: Conversation) => {
    if (!isBusy) return 'idle'
    if (isStopping) return 'stopping'
    if (input !== null) return 'awaiting_input'
    return turn !== null && turns.get(turn) === 'pending' ? 'submitting' : 'working'
  }

  return {
    send,
    stop: (step) => stop(of(step.conversation!)),
    answer: (step) => answer(of(step.conversation!), step.input!),
    act,
    receive,
    checkStatus: (key) => poll(of(key)),
    conversation(key) {
      const shown = of(key)
      return {
        busy: shown.isBusy,
        phase: phaseOf(shown),
        liveTurn: shown.isBusy ? { turn: shown.turn ?? '', runs: [] } : null,
        lastEnded: shown.lastEnded,
        canStop: shown.isBusy && !shown.isStopping,
        canSend: !shown.isBusy,
        lastError: shown.error,
        background: 0,
        queue: shown.queue.map(({ message }) => message),
        drafts: [],
        pendingInput: shown.input,
        contradictions: [],
      }
    },
    turn: (turn) => ({
      state: turns.get(turn) ?? 'none',
      ends: { records: records.get(turn) ?? 0, told: told.get(turn) ?? 0 },
      startedAt: started.get(turn) ?? null,
    }),
    restore(persisted) {
      for (const [key, value] of Object.entries(persisted)) {
        if (key === 'questions') {
          for (const [name, asked] of Object.entries(value as Record<string, readonly { input: string }[]>))
            of(name).input = asked.at(-1)?.input ?? null
        } else if (key === 'queue') {
          for (const [name, messages] of Object.entries(value as Record<string, readonly string[]>)) {
            for (const message of messages) enqueue(of(name), turnOf(message) ?? createId(), message)
          }
        } else if (typeof value === 'object' && value !== null && 'turn' in value) {
          busy(of(key), value.turn as string)
        }
      }
    },
    close() {
      closed = true
      unsubscribe?.()
      forget()
      return []
    },
  }
}

/** Two flags a conversation, ids matched on ends, a poll, a watchdog, a queue drained on idle: as most apps do it. */
export const usualDesign: Subject = { name: 'the usual design', open }
