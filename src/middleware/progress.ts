import type { turnProgressed } from '../actions'
import { addressee, ownerOf } from '../rules'
import type { ProgressKind } from '../actions'
import type { Ledger, LiveTurn } from '../types'

type Progress = ReturnType<typeof turnProgressed>
type Signal = Progress['payload']

interface Note {
  /** The signals that it is about: those with the same names as the one that went on. */
  readonly of: Signal
  readonly name: string
  kind: ProgressKind
  passedAt: number
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

const standingFor = (action: Progress, count: number): Progress =>
  count === 1 ? action : { ...action, payload: { ...action.payload, count } }

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
    return named?.find((note) => sameAddress(note.of, signal))
  }

  return {
    holds(action, now) {
      const { payload } = action
      if (!REPEATS.has(payload.kind) || payload.replayed) return false
      const note = noteOf(payload)
      if (!note || note.kind !== payload.kind || now - note.passedAt >= interval) return false
      note.held = action
      note.heldAt = now
      note.count += payload.count ?? 1
      return true
    },
    release(action) {
      const note = noteOf(action.payload)
      if (!note?.held) return action
      const count = note.count + (action.payload.count ?? 1)
      note.held = null
      note.count = 0
      return standingFor(action, count)
    },
    passed({ payload }, ledger, now) {
      const name = firstName(payload)
      if (name === null || !REPEATS.has(payload.kind)) return
      const known = noteOf(payload)
      if (known) {
        known.kind = payload.kind
        known.passedAt = now
        return
      }
      const to = addressee(ledger, payload)
      const turn =
        to.kind === 'turn' ? to.turn : to.kind === 'conversation' ? ownerOf(ledger, to.key) : undefined
      if (!turn) return
      const note: Note = {
        of: payload,
        name,
        kind: payload.kind,
        passedAt: now,
        held: null,
        heldAt: 0,
        count: 0,
      }
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
        if (!note.held) continue
        held.push({ action: standingFor(note.held, note.count), at: note.heldAt })
        note.held = null
        note.count = 0
      }
      return held
    },
  }
}
