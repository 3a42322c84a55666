/** What a server under test writes down of its turns itself, in a file that outlives its process. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { ServerTurn } from '../harness/server'

interface Entry {
  readonly conversationId: string
  readonly turn: string
  readonly prompt?: string
  readonly outcome: ServerTurn['outcome']
}

export function openLedger(file: string) {
  const write = (entry: Entry): void => appendFileSync(file, `${JSON.stringify(entry)}\n`)
  return {
    /** A turn has begun: `open` until its outcome is written. */
    begin: (conversationId: string, turn: string, prompt: string): void =>
      write({ conversationId, turn, prompt, outcome: 'open' }),
    end: (conversationId: string, turn: string, outcome: ServerTurn['outcome']): void =>
      write({ conversationId, turn, outcome }),
    turnsOf(conversationId: string): readonly ServerTurn[] {
      const turns = new Map<string, ServerTurn>()
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
      for (const line of lines) {
        const { turn, prompt, outcome, ...entry } = JSON.parse(line) as Entry
        if (entry.conversationId !== conversationId) continue
        const known = turns.get(turn)
        turns.set(turn, { turn, prompt: prompt ?? known?.prompt ?? '', outcome })
      }
      return [...turns.values()]
    },
  }
}
