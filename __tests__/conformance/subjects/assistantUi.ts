/**
 * assistant-ui's external store: the app keeps `isRunning` and the messages, as the documentation's example does, and the
 * runtime shows them.
 */
import { ExternalStoreThreadRuntimeCore } from '@assistant-ui/core/internal'
import type { TurnWord } from 'redux-turnkeeper/conformance'
import type { Body } from './bodies'
import { clientSubject } from './client'
import type { Client, Place } from './client'

interface Message {
  readonly id: string
  readonly role: 'user' | 'assistant'
  readonly text: string
}

function createClient({ conversation, bodies, began, ended }: Place): Client {
  let messages: readonly Message[] = []
  let isRunning = false
  let error: string | null = null
  let current: { readonly turn: string; body: Body | null } | null = null
  let lastEnded: TurnWord | null = null
  let abort = new AbortController()
  let nextTurn = ''

  const onNew = async (text: string): Promise<void> => {
    const turn = nextTurn
    messages = [...messages, { id: turn, role: 'user', text }]
    isRunning = true
    error = null
    abort = new AbortController()
    current = { turn, body: null }
    update()
    let word: TurnWord = 'completed'
    try {
      const body = await bodies.request(conversation, turn, text, abort.signal)
      began(turn)
      current = { turn, body }
      let answer = ''
      for await (const event of body) {
        if (event.type === 'failed') throw new Error(event.message)
        if (event.type === 'aborted') word = 'stopped'
        if (event.type !== 'text') continue
        answer += '.'
        const id = `answer-${turn}`
        messages = [...messages.filter((one) => one.id !== id), { id, role: 'assistant', text: answer }]
        update()
      }
    } catch (reason) {
      word = abort.signal.aborted ? 'stopped' : 'failed'
      if (word === 'failed') error = (reason as Error).message
    } finally {
      isRunning = false
      lastEnded = word
      ended(turn, word)
      current = null
      update()
    }
  }

  const adapter = () => ({
    isRunning,
    messages,
    convertMessage: ({ id, role, text }: Message) => ({ id, role, content: text }),
    onNew: (message: { readonly content: readonly { readonly type: string; readonly text?: string }[] }) =>
      onNew(message.content.map(({ text = '' }) => text).join('')),
    onCancel() {
      abort.abort()
      return Promise.resolve()
    },
  })
  const thread = new ExternalStoreThreadRuntimeCore({ getModelContext: () => ({}) }, adapter() as never)
  const update = (): void => thread.__internal_setAdapter(adapter() as never)

  return {
    // Its queue is an adapter that the app writes.
    queueIsKept: false,
    showsQuestions: false,
    send(turn, message) {
      nextTurn = turn
      void thread.append({
        parentId: thread.messages.at(-1)?.id ?? null,
        sourceId: null,
        runConfig: undefined,
        role: 'user',
        content: [{ type: 'text', text: message }],
        attachments: [],
        metadata: { custom: {} },
        createdAt: new Date(0),
      } as never)
    },
    stop() {
      if (thread.capabilities.cancel && thread.isRunning) thread.cancelRun()
    },
    view() {
      const busy = thread.isRunning === true
      const run = current?.body?.run
      return {
        busy,
        phase: busy ? 'working' : 'idle',
        liveTurn: busy && current ? { turn: current.turn, runs: run == null ? [] : [run] } : null,
        lastEnded,
        canStop: busy && thread.capabilities.cancel,
        canSend: !busy,
        lastError: error,
        contradictions: [],
      }
    },
    dispose: () => abort.abort(),
  }
}

export const assistantUi = clientSubject('assistant-ui, external store', createClient)
