import type { turnProgressed } from '../actions'
import { addressee, ownerOf } from '../rules'
import type { ProgressKind } from '../actions'
import type { Ledger, LiveTurn } from '../types'

type Progress = ReturnType<typeof turnProgressed>

interface Note {
  /** The turn that the signal was found to be about. */
  readonly turnId: string
  readonly kind: ProgressKind
  readonly passedAt: number
  /** The newest signal that was held back since, when it came, and how many there were. */
  held: Progress | null
  heldAt: number
  count: number
}

/** Kinds that only repeat what is known: text goes on, thinking goes on. All others change what a person sees. */
const REPEATS: ReadonlySet<ProgressKind> = new Set(['output', 'reasoning'])

export interface ProgressNotes {
  /** Whether the signal is noted and goes no further. */
  holds(action: Progress, now: number): boolean
  /** The signal as it goes on, standing for those that were held back before it. */
  release(action: Progress): Progress
  /** It went on: from here on its like is held back. */
  passed(action: Progress, ledger: Ledger, now: number): void
  /** What is known of these turns has changed: their next signal goes on. */
  forget(turns: readonly LiveTurn[]): void
  /** Everything that is held back, to be let through now. */
  drain(): readonly { readonly action: Progress; readonly at: number }[]
}

/**
 * Keeps progress out of the state, but not the evidence (law 24): a signal that changes nothing a person sees is noted,
 * and at most one in `interval` ms goes on, standing for the rest.
 */
export function createProgressNotes(interval: number): ProgressNotes {
  const notes = new Map<string, Note>()
  const keysOf = new Map<string, Set<string>>()

  const keyOf = ({ payload }: Progress): string | null =>
    payload.turnId ?? payload.runId ?? payload.conversationId ?? null

  return {
    holds(action, now) {
      const { payload } = action
      if (!REPEATS.has(payload.kind) || payload.replayed) return false
      const key = keyOf(action)
      const note = key === null ? undefined : notes.get(key)
      if (!note || note.kind !== payload.kind || now - note.passedAt >= interval) return false
      note.held = action
      note.heldAt = now
      note.count += payload.count ?? 1
      return true
    },
    release(action) {
      const key = keyOf(action)
      const note = key === null ? undefined : notes.get(key)
      if (!note?.held) return action
      const count = note.count + (action.payload.count ?? 1)
      note.held = null
      note.count = 0
      return { ...action, payload: { ...action.payload, count } }
    },
    passed(action, ledger, now) {
      const key = keyOf(action)
      if (key === null || !REPEATS.has(action.payload.kind)) return
      const to = addressee(ledger, action.payload)
      const turn =
        to.kind === 'turn' ? to.turn : to.kind === 'conversation' ? ownerOf(ledger, to.key) : undefined
      if (!turn) return
      const { turnId } = turn
      notes.set(key, { turnId, kind: action.payload.kind, passedAt: now, held: null, heldAt: 0, count: 0 })
      const keys = keysOf.get(turnId)
      if (keys) keys.add(key)
      else keysOf.set(turnId, new Set([key]))
    },
    forget(turns) {
      if (notes.size === 0) return
      for (const { turnId } of turns) {
        for (const key of keysOf.get(turnId) ?? []) notes.delete(key)
        keysOf.delete(turnId)
      }
    },
    drain() {
      const held: { action: Progress; at: number }[] = []
      for (const note of notes.values()) {
        if (!note.held) continue
        const { held: action, count, heldAt: at } = note
        held.push({ action: count === 1 ? action : { ...action, payload: { ...action.payload, count } }, at })
        note.held = null
        note.count = 0
      }
      return held
    },
  }
}
