/** What `useStream` stands on, with the transport that reads one body to a request. */
import { CustomStreamOrchestrator, FetchStreamTransport } from '@langchain/langgraph-sdk/ui'
import { createFetch } from '../wire.mjs'

const fetch = createFetch('langGraph')
export default {
  open(id, update) {
    const transport = new FetchStreamTransport({ apiUrl: 'http://server/stream', fetch })
    const stream = new CustomStreamOrchestrator({ transport, threadId: id })
    const close = stream.subscribe(update)
    return {
      isBusy: () => stream.isLoading,
      answer: () => String(stream.messages.at(-1)?.content ?? ''),
      turn: (content) => stream.submit({ messages: [{ type: 'human', content }] }),
      close,
    }
  },
}
