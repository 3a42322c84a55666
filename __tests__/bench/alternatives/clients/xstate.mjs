/** XState: a machine of one chat, whose invoked callback reads the body. */
import { assign, createActor, fromCallback, setup } from 'xstate'
import { createFetch, eventsOf } from '../wire.mjs'

const fetch = createFetch('aiSdk')
const read = fromCallback(({ sendBack, input }) => {
  const abort = new AbortController()
  void (async () => {
    const response = await fetch('/api/chat', { body: JSON.stringify(input), signal: abort.signal })
    for await (const event of eventsOf(response))
      if (event.type === 'text-delta') sendBack({ type: 'piece', text: event.delta })
    sendBack({ type: 'finished' })
  })()
  return () => abort.abort()
})
const change = (messages, message) => [...messages.slice(0, -1), message]
const machine = setup({ actors: { read } }).createMachine({
  context: { messages: [] },
  initial: 'idle',
  states: {
    idle: {
      on: {
        send: {
          target: 'streaming',
          actions: assign({
            messages: ({ context, event }) => [
              ...context.messages,
              { role: 'user', text: event.text },
              { role: 'agent', text: '' },
            ],
          }),
        },
      },
    },
    streaming: {
      invoke: { src: 'read', input: ({ context }) => context.messages },
      on: {
        piece: {
          actions: assign({
            messages: ({ context: { messages }, event }) =>
              change(messages, { role: 'agent', text: messages.at(-1).text + event.text }),
          }),
        },
        finished: 'idle',
      },
    },
  },
})

export default {
  open(_id, update) {
    const actor = createActor(machine)
    const isBusy = () => actor.getSnapshot().matches('streaming')
    let over
    actor.subscribe(() => {
      update()
      if (!isBusy()) over?.()
    })
    actor.start()
    return {
      isBusy,
      answer: () => actor.getSnapshot().context.messages.at(-1)?.text ?? '',
      turn: (text) =>
        new Promise((resolve) => {
          actor.send({ type: 'send', text })
          over = resolve
        }),
      close: () => actor.stop(),
    }
  },
}
