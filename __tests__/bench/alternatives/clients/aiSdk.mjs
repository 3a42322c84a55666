/** `useChat` of the AI SDK is this class and three subscriptions. */
import { Chat } from '@ai-sdk/react'
import { DefaultChatTransport } from 'ai'
import { createFetch } from '../wire.mjs'

const fetch = createFetch('aiSdk')
export default {
  open(id, update) {
    const chat = new Chat({
      id,
      transport: new DefaultChatTransport({ api: 'http://server/api/chat', fetch }),
    })
    const stops = [chat['~registerMessagesCallback'](update), chat['~registerStatusCallback'](update)]
    return {
      isBusy: () => chat.status === 'submitted' || chat.status === 'streaming',
      answer: () => chat.lastMessage.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      turn: (text) => chat.sendMessage({ text }),
      close: () => stops.forEach((stop) => stop()),
    }
  },
}
