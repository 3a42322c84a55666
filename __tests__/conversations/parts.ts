/** Parts that the tests of single rules about conversations are made of. */
import { emptyConversation } from '../../src/conversations/conversation'
import { initialConversations } from '../../src/state/conversations'
import { putRow } from '../../src/state/table'
import { unknownSession } from '../../src/state/sessions'
import type {
  Conversation,
  ConversationsState,
  Draft,
  EndedTurn,
  LogEntry,
  PendingText,
  Question,
  Session,
} from '../../src/types'

export const question = (requestId: string | null, change: Partial<Question> = {}): Question => ({
  requestId,
  askerId: 't1',
  prompt: null,
  kind: 'question',
  state: 'open',
  nonce: null,
  at: 1_000,
  expiresAt: null,
  seq: 5,
  ...change,
})
export const text = (turnId: string, change: Partial<PendingText> = {}): PendingText => ({
  turnId,
  input: `text of ${turnId}`,
  hidden: false,
  ...change,
})
export const draft = (turnId: string, change: Partial<Draft> = {}): Draft => ({
  turnId,
  input: `text of ${turnId}`,
  at: 1_000,
  arrived: 'unknown',
  ...change,
})
export const line = (message: string): LogEntry => ({ at: 1_000, kind: 'error', message, turnId: null })
export const session = (status: Session['status'], change: Partial<Session> = {}): Session => ({
  ...unknownSession(1_000, 5),
  status,
  isBound: true,
  ...change,
})

export const conversation = (change: Partial<Conversation> = {}, conversationId = 'c'): Conversation => ({
  ...emptyConversation(conversationId),
  ...change,
})
/** A state with these conversations. */
export const stateOf = (
  rows: readonly Conversation[],
  change: Partial<ConversationsState> = {},
): ConversationsState => ({
  ...initialConversations,
  byId: rows.reduce(putRow<Conversation>, initialConversations.byId),
  ...change,
})

/** The record of a turn that was over on the server's own word. */
export const record = (turnId: string, change: Partial<EndedTurn> = {}): EndedTurn =>
  ({
    turnId,
    conversationId: 'c',
    runs: [],
    origin: 'local',
    reason: 'complete',
    outcome: 'complete',
    grade: 'witnessed',
    startedAt: 1_000,
    endedAt: 2_000,
    error: null,
    seq: 8,
    sendState: 'accepted',
    started: 'named',
    revocations: 0,
    corrected: false,
    finishReason: null,
    limitedUntil: null,
    ...change,
  }) as EndedTurn
