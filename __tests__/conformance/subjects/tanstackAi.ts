/** TanStack AI's client, with its queue, over one response body to a request. */
import { ChatClient } from '@tanstack/ai-client'
import type { ConnectionAdapter } from '@tanstack/ai-client'
import type { TurnWord } from 'redux-turnkeeper/conformance'
import type { Body, BodyEvent } from './bodies'
import { clientSubject } from './client'
import type { Client, Place } from './client'

type Chunk =
  ReturnType<Extract<ConnectionAdapter, { connect: unknown }>['connect']> extends AsyncIterable<infer C>
    ? C
    : never

function chunksOf(event: BodyEvent, runId: string, threadId: string): readonly object[] {
  const messageId = `answer-${runId}`
  switch (event.type) {
    case 'started':
      return [
        { type: 'RUN_STARTED', runId, threadId },
        { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' },
      ]
    case 'text':
      return [{ type: 'TEXT_MESSAGE_CONTENT', messageId, delta: '.' }]
    case 'question':
      return []
    case 'completed':
      return [{ type: 'RUN_FINISHED', runId, threadId, finishReason: 'stop' }]
    case 'aborted':
      return [{ type: 'RUN_ERROR', runId, threadId, message: 'aborted', code: 'aborted' }]
    case 'failed':
      return [{ type: 'RUN_ERROR', runId, threadId, message: event.message }]
  }
}

function createClient({ conversation, bodies, began, ended }: Place): Client {
  const turnOfText = new Map<string, string>()
  let current: { readonly turn: string; body: Body | null } | null = null
  let lastEnded: TurnWord | null = null
  let isStopped = false
  let retried: string | undefined
  let error: Error | undefined
  let queue: readonly string[] = []

  const settle = (word: TurnWord): void => {
    if (!current) return
    lastEnded = word
    ended(current.turn, word)
    current = null
  }

  const connection: ConnectionAdapter = {
    async *connect(messages, _data, abortSignal) {
      const message = messages.findLast(({ role }) => role === 'user')!
      const parts = 'parts' in message ? message.parts : []
      const text = parts.map((part) => (part.type === 'text' ? part.content : '')).join('')
      const turn = retried ?? turnOfText.get(text) ?? text
      retried = undefined
      isStopped = false
      current = { turn, body: null }
      const body = await bodies.request(conversation, turn, text, abortSignal ?? new AbortController().signal)
      began(turn)
      current = { turn, body }
      for await (const event of body)
        for (const chunk of chunksOf(event, body.run ?? turn, conversation)) yield chunk as Chunk
    },
  }
  const client = new ChatClient({
    threadId: conversation,
    connection,
    queue: 'queue',
    onFinish: () => settle(isStopped ? 'stopped' : 'completed'),
    onError(reported) {
      error = reported
      settle('failed')
    },
    onErrorChange: (shown) => (error = shown),
    onQueueChange: (queued) => (queue = queued.map(({ content }) => String(content))),
  })
  client.attach()

  return {
    queueIsKept: true,
    showsQuestions: false,
    send(turn, message) {
      turnOfText.set(message, turn)
      void client.sendMessage(message)
    },
    stop() {
      isStopped = true
      client.stop()
      settle('stopped')
    },
    retry(turn) {
      retried = turn
      void client.reload()
    },
    view() {
      const busy = client.getIsLoading()
      const run = current?.body?.run
      return {
        busy,
        phase: !busy ? 'idle' : client.getStatus() === 'submitted' ? 'submitting' : 'working',
        liveTurn: busy && current ? { turn: current.turn, runs: run == null ? [] : [run] } : null,
        lastEnded,
        canStop: busy,
        canSend: !busy,
        lastError: error?.message ?? null,
        queue,
        contradictions: [],
      }
    },
    dispose() {
      client.stop()
      client.detach()
    },
  }
}

export const tanstackAi = clientSubject('TanStack AI, ChatClient', createClient)
