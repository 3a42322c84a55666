/** `useChat` of the AI SDK: its `Chat`, with the queue on, and a transport over one response body to a request. */
import { Chat } from '@ai-sdk/react'
import type { ChatTransport, UIMessage, UIMessageChunk } from 'ai'
import type { PhaseWord, TurnWord } from 'redux-turnkeeper/conformance'
import type { Body, BodyEvent } from './bodies'
import { clientSubject } from './client'
import type { Client, Place } from './client'

type Message = UIMessage<{ readonly turn?: string }>

const PART = 'part'
function chunksOf(event: BodyEvent): readonly UIMessageChunk[] {
  switch (event.type) {
    case 'started':
      return [{ type: 'start' }, { type: 'text-start', id: PART }]
    case 'text':
      return [{ type: 'text-delta', id: PART, delta: '.' }]
    case 'question':
      return [
        { type: 'tool-input-available', toolCallId: event.input, toolName: 'ask', input: {} },
        { type: 'tool-approval-request', approvalId: event.input, toolCallId: event.input },
      ]
    case 'completed':
      return [{ type: 'finish', finishReason: 'stop' }]
    case 'aborted':
      return [{ type: 'abort' }]
    case 'failed':
      return [{ type: 'error', errorText: event.message }]
  }
}

function streamOf(body: Body): ReadableStream<UIMessageChunk> {
  return new ReadableStream({
    async start(controller) {
      let hasText = false
      try {
        for await (const event of body) {
          if (event.type === 'started') hasText = true
          else if (event.type === 'text' && !hasText) {
            hasText = true
            controller.enqueue({ type: 'text-start', id: PART })
          }
          for (const chunk of chunksOf(event)) controller.enqueue(chunk)
        }
        controller.close()
      } catch (error) {
        controller.error(error)
      }
    },
  })
}

const textOf = ({ parts }: Message): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('')

function createClient({ conversation, bodies, began, ended }: Place): Client {
  let current: { readonly turn: string; body: Body | null } | null = null
  let lastEnded: TurnWord | null = null
  let retried: string | undefined

  const transport: ChatTransport<Message> = {
    async sendMessages({ messages, abortSignal }) {
      const message = messages.findLast(({ role }) => role === 'user')!
      const turn = retried ?? message.metadata?.turn ?? message.id
      retried = undefined
      current = { turn, body: null }
      const signal = abortSignal ?? new AbortController().signal
      const body = await bodies.request(conversation, turn, textOf(message), signal)
      began(turn)
      current = { turn, body }
      return streamOf(body)
    },
    async reconnectToStream({ abortSignal }) {
      const turn = current?.turn ?? ''
      const body = await bodies.reconnect(conversation, turn, abortSignal ?? new AbortController().signal)
      if (!body) return null
      began(body.turn)
      current = { turn: body.turn, body }
      return streamOf(body)
    },
  }
  const chat = new Chat<Message>({
    id: conversation,
    transport,
    experimental_queue: true,
    onFinish({ isAbort, isDisconnect, isError }) {
      lastEnded = isAbort ? 'stopped' : isDisconnect ? 'interrupted' : isError ? 'failed' : 'completed'
      if (current) ended(current.turn, lastEnded)
    },
  })
  const isBusy = (): boolean => chat.status === 'submitted' || chat.status === 'streaming'

  return {
    queueIsKept: true,
    showsQuestions: true,
    send(turn, message) {
      void chat.sendMessage({ text: message, metadata: { turn } })
    },
    stop: () => void chat.stop(),
    removeQueued(message) {
      const queued = chat.experimental_queuedMessages.find((one) => textOf(one) === message)
      if (queued) chat.experimental_removeQueuedMessage(queued.id)
    },
    retry(turn) {
      retried = turn
      void chat.regenerate()
    },
    resume(turn) {
      current = { turn, body: null }
      void chat.resumeStream()
    },
    view() {
      const parts = chat.lastMessage?.role === 'assistant' ? chat.lastMessage.parts : []
      const asked = parts.find((part) => 'state' in part && part.state === 'approval-requested')
      const run = current?.body?.run
      const pendingInput = asked && 'toolCallId' in asked ? asked.toolCallId : null
      const phase = (): PhaseWord => {
        if (!isBusy()) return 'idle'
        if (pendingInput !== null) return 'awaiting_input'
        return chat.status === 'submitted' ? 'submitting' : 'working'
      }
      return {
        busy: isBusy(),
        phase: phase(),
        liveTurn: isBusy() && current ? { turn: current.turn, runs: run == null ? [] : [run] } : null,
        lastEnded,
        canStop: isBusy(),
        canSend: !isBusy(),
        lastError: chat.error?.message ?? null,
        queue: chat.experimental_queuedMessages.map(textOf),
        pendingInput,
        contradictions: [],
      }
    },
    dispose: () => void chat.dispose(),
  }
}

export const aiSdk = clientSubject('AI SDK, useChat', createClient)
