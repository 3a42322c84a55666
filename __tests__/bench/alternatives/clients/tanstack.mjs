/** `useChat` of TanStack AI is this class and its callbacks. */
import { ChatClient, fetchServerSentEvents } from '@tanstack/ai-client'
import { createFetch } from '../wire.mjs'

const fetchClient = createFetch('agUi')
export default {
  open(id, update) {
    const client = new ChatClient({
      id,
      threadId: id,
      connection: fetchServerSentEvents('http://server/api/chat', { fetchClient }),
      onMessagesChange: update,
      onStatusChange: update,
      onLoadingChange: update,
    })
    return {
      isBusy: () => client.getIsLoading(),
      answer: () =>
        client
          .getMessages()
          .at(-1)
          .parts.map(({ type, content }) => (type === 'text' ? content : ''))
          .join(''),
      turn: (text) => client.sendMessage(text),
      close: () => client.dispose?.(),
    }
  },
}
