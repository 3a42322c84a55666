import type { turnProgressed } from '../actions'
import { addressee, ownerOf } from '../rules'
import type { ProgressKind } from '../actions'
import type { Ledger, LiveTurn } from '../types'

type Progress = ReturnType<typeof turnProgressed>
type Signal = Progress['payload']

interface Note {
  readonly name: string
  /** The signal that went on last. Those with the same address and kind only repeat it. */
  of: Progress
  passedAt: number
  /** How many were held back since, and when the newest of them came. */
  held: number
  heldAt: number
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

/** Runs are named within a conversation, and any two things may have the same name: all of the address counts. */
const sameAddress = (a: Signal, b: Signal): boolean =>
  a.conversationId === b.conversationId &&
  a.turnId === b.turnId &&
  a.runId === b.runId &&
  a.role === b.role &&
  a.parent === b.parent &&
  a.boot === b.boot

const firstName = (signal: Signal): string | null =>
  signal.turnId ?? signal.runId ?? signal.conversationId ?? null

/** One signal for `count` of its like. */
function standingFor({ payload: { count: _one, ...payload }, ...action }: Progress, count: number): Progress {
  return { ...action, payload: count === 1 ? payload : { ...payload, count } }
}

/**
 * Keeps progress out of the state, but not the evidence (law 24): a signal that changes nothing a person sees is noted,
 * and at most one in `interval` ms goes on, standing for the rest.
 */
export function createProgressNotes(interval: number): ProgressNotes {
  /** By the first name in their address. */
  const notes = new Map<string, readonly Note[]>()
  const byTurn = new Map<string, readonly Note[]>()

  const noteOf = (signal: Signal): Note | undefined => {
    const name = firstName(signal)
    const named = name === null ? undefined : notes.get(name)
    return named?.find((note) => sameAddress(note.of.payload, signal))
  }

  return {
    holds(action, now) {
      const { payload } = action
      if (!REPEATS.has(payload.kind) || payload.replayed) return false
      const note = noteOf(payload)
      if (!note || note.of.payload.kind !== payload.kind || now - note.passedAt >= interval) return false
      note.held += payload.count ?? 1
      note.heldAt = now
      return true
    },
    release(action) {
      const note = noteOf(action.payload)
      if (!note || note.held === 0) return action
      const count = note.held + (action.payload.count ?? 1)
      note.held = 0
      return standingFor(action, count)
    },
    passed(action, ledger, now) {
      const { payload } = action
      const name = firstName(payload)
      if (name === null || !REPEATS.has(payload.kind)) return
      const known = noteOf(payload)
      if (known) {
        known.of = action
        known.passedAt = now
        return
      }
      const to = addressee(ledger, payload)
      const turn =
        to.kind === 'turn' ? to.turn : to.kind === 'conversation' ? ownerOf(ledger, to.key) : undefined
      if (!turn) return
      const note: Note = { name, of: action, passedAt: now, held: 0, heldAt: 0 }
      notes.set(name, [...(notes.get(name) ?? []), note])
      byTurn.set(turn.turnId, [...(byTurn.get(turn.turnId) ?? []), note])
    },
    forget(turns) {
      if (notes.size === 0) return
      for (const { turnId } of turns) {
        for (const note of byTurn.get(turnId) ?? []) {
          const rest = notes.get(note.name)!.filter((other) => other !== note)
          if (rest.length === 0) notes.delete(note.name)
          else notes.set(note.name, rest)
        }
        byTurn.delete(turnId)
      }
    },
    drain() {
      const held: { action: Progress; at: number }[] = []
      for (const note of [...notes.values()].flat()) {
        if (note.held === 0) continue
        held.push({ action: standingFor(note.of, note.held), at: note.heldAt })
        note.held = 0
      }
      return held
    },
  }
}
