import { useState } from 'react'

/** What was typed and not sent, by conversation: it waits there while another one is on screen. */
const kept = new Map<string, string>()

export function useTyped(conversationId: string): readonly [string, (text: string) => void] {
  const [typed, setTyped] = useState(() => kept.get(conversationId) ?? '')
  return [
    typed,
    (text) => {
      kept.set(conversationId, text)
      setTyped(text)
    },
  ]
}
