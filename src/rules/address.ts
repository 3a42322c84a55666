import type { Address, EndedTurn, Ledger, LiveTurn, SideRun } from '../types'
import { findByRun, findEnded, findSide, findTurn, keyOf, parentOf } from './ledger'

/**
 * Whom a signal is about. `unknown`: it names a turn or run that nobody here has heard of. `conversation`: it names no
 * turn. `nobody`: it names nothing that can be placed.
 */
export type Addressee =
  | { readonly kind: 'turn'; readonly turn: LiveTurn }
  | { readonly kind: 'ended'; readonly ended: EndedTurn }
  | {
      readonly kind: 'side'
      readonly side: SideRun | undefined
      readonly runId: string
      readonly key: string | null
    }
  | { readonly kind: 'unknown'; readonly key: string | null }
  | { readonly kind: 'conversation'; readonly key: string }
  | { readonly kind: 'nobody' }

const NOBODY: Addressee = { kind: 'nobody' }

/** Resolves what a signal names. A signal scoped to turn X is never anything but X's (law 2). */
export function addressee(ledger: Ledger, address: Address): Addressee {
  const { turnId = null, runId = null } = address
  const named = address.conversationId ?? null
  const parent = named === null ? undefined : parentOf(ledger, named)
  const key = named === null ? null : keyOf(ledger, parent ?? named)

  if (parent !== undefined || address.role === 'child' || address.role === 'auxiliary') {
    // A child conversation is one side run, whatever it calls its own.
    const id = parent === undefined ? (runId ?? turnId ?? named) : named
    return id === null ? NOBODY : { kind: 'side', side: findSide(ledger, id, key), runId: id, key }
  }
  if (turnId === null && runId === null) return key === null ? NOBODY : { kind: 'conversation', key }

  const turn =
    (turnId === null ? undefined : findTurn(ledger, turnId)) ??
    (turnId === null && runId !== null ? findByRun(ledger, runId, key) : undefined)
  if (turn) return { kind: 'turn', turn }
  const side = runId === null ? undefined : findSide(ledger, runId, key)
  if (side && side.role !== 'unknown')
    return { kind: 'side', side, runId: side.runId, key: side.conversationId }
  const ended = findEnded(ledger, turnId, runId, key)
  if (ended) return { kind: 'ended', ended }
  const foreign = findSide(ledger, runId ?? turnId ?? '', key)
  if (foreign) return { kind: 'side', side: foreign, runId: foreign.runId, key: foreign.conversationId }
  return { kind: 'unknown', key }
}
