import type { turnProgressed } from '../actions'
import { addressee, ownerOf } from '../rules'
import type { ProgressKind } from '../actions'
import type { Address, Ledger, LiveTurn } from '../types'

type Progress = ReturnType<typeof turnProgressed>

/** A signal's address, with what has become of its like. Flat: with many turns live, each object more is a cache miss. */
interface Note extends Address {
  kind: ProgressKind
  /** When the last one went on, in ms of the notes' own count: small integers need no object of their own. */
  passedAt: number
  /** How many were held back since, and when the newest of them came. */
  held: number
  heldAt: number
  /** The signal that went on last. Those with the same address and kind only repeat it. */
  of: Progress
  /** Another note under the same name. */
  next: Note | undefined
}

/** Text goes on, thinking goes on: what only repeats what is known. All other kinds change what a person sees. */
const repeats = (kind: ProgressKind): boolean => kind === 'output' || kind === 'reasoning'

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
const sameAddress = (a: Address, b: Address): boolean =>
  a.conversationId === b.conversationId &&
  a.turnId === b.turnId &&
  a.runId === b.runId &&
  a.role === b.role &&
  a.parent === b.parent &&
  a.boot === b.boot

const firstName = (signal: Address): string | null =>
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
  const notes = new Map<string, Note>()
  const byTurn = new Map<string, readonly Note[]>()

  let epoch: number | undefined
  const counted = (now: number): number => now - (epoch ??= now)

  const noteOf = (signal: Address): Note | undefined => {
    const name = firstName(signal)
    if (name === null) return undefined
    let note = notes.get(name)
    while (note && !sameAddress(note, signal)) note = note.next
    return note
  }
  const chain = (first: Note | undefined): Note[] => (first ? [first, ...chain(first.next)] : [])

  return {
    holds({ payload }, now) {
      const { kind } = payload
      if (!repeats(kind) || payload.replayed) return false
      const note = noteOf(payload)
      const at = counted(now)
      if (note?.kind !== kind || at - note.passedAt >= interval) return false
      note.held += payload.count ?? 1
      note.heldAt = at
      return true
    },
    release(action) {
      const note = noteOf(action.payload)
      if (!note || note.held === 0) return action
      const { held } = note
      note.held = 0
      return standingFor(action, held + (action.payload.count ?? 1))
    },
    passed(action, ledger, now) {
      const { payload } = action
      const { kind } = payload
      const name = firstName(payload)
      if (name === null || !repeats(kind)) return
      const known = noteOf(payload)
      if (known) {
        known.of = action
        known.kind = kind
        known.passedAt = counted(now)
        return
      }
      const to = addressee(ledger, payload)
      const turn =
        to.kind === 'turn' ? to.turn : to.kind === 'conversation' ? ownerOf(ledger, to.key) : undefined
      if (!turn) return
      const note = {
        conversationId: payload.conversationId,
        turnId: payload.turnId,
        runId: payload.runId,
        role: payload.role,
        parent: payload.parent,
        boot: payload.boot,
        kind,
        passedAt: counted(now),
        held: 0,
        heldAt: 0,
        of: action,
        next: notes.get(name),
      } as Note
      notes.set(name, note)
      byTurn.set(turn.turnId, [...(byTurn.get(turn.turnId) ?? []), note])
    },
    forget(turns) {
      if (notes.size === 0) return
      for (const { turnId } of turns) {
        for (const note of byTurn.get(turnId) ?? []) {
          const name = firstName(note)!
          let rest: Note | undefined
          for (const other of chain(notes.get(name))) {
            if (other === note) continue
            other.next = rest
            rest = other
          }
          if (rest) notes.set(name, rest)
          else notes.delete(name)
        }
        byTurn.delete(turnId)
      }
    },
    drain() {
      const held: { action: Progress; at: number }[] = []
      for (const note of [...notes.values()].flatMap(chain)) {
        if (note.held === 0) continue
        held.push({ action: standingFor(note.of, note.held), at: epoch! + note.heldAt })
        note.held = 0
      }
      return held
    },
  }
}
