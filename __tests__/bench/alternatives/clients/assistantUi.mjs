/** assistant-ui's local runtime, which `useLocalRuntime` makes, with an adapter as its documentation writes it. */
import { AssistantRuntimeImpl, LocalRuntimeCore } from '@assistant-ui/core/internal'
import { createFetch, eventsOf } from '../wire.mjs'

const fetch = createFetch('aiSdk')
const chatModel = {
  async *run({ messages, abortSignal }) {
    const response = await fetch('/api/chat', { body: JSON.stringify({ messages }), signal: abortSignal })
    let text = ''
    for await (const event of eventsOf(response)) {
      if (event.type !== 'text-delta') continue
      text += event.delta
      yield { content: [{ type: 'text', text }] }
    }
  },
}

export default {
  open(_id, update) {
    const { thread } = new AssistantRuntimeImpl(new LocalRuntimeCore({ adapters: { chatModel } }))
    let over
    const close = thread.subscribe(() => {
      update()
      if (!thread.getState().isRunning) over?.()
    })
    return {
      isBusy: () => thread.getState().isRunning,
      answer: () =>
        thread
          .getState()
          .messages.at(-1)
          ?.content.map(({ text }) => text)
          .join('') ?? '',
      turn: (text) =>
        new Promise((resolve) => {
          thread.append(text)
          over = resolve
        }),
      close,
    }
  },
}
