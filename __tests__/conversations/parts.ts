/** Parts that the tests of single rules about conversations are made of. */
import { emptyConversation } from '../../src/conversations/conversation'
import { initialConversations, questionsOf, sessionOf } from '../../src/state/conversations'
import { putRow } from '../../src/state/table'
import { unknownSession } from '../../src/state/sessions'
import { initialTurns } from '../../src/state/turns'
import type {
  Conversation,
  ConversationsState,
  Draft,
  EndedTurn,
  LogEntry,
  PendingText,
  Question,
  Session,
  SessionStatus,
  TurnsState,
} from '../../src/types'

/** When what is tested happens, ms. */
export const AT = 2_000
/** What a session says of its own failure, and of what changes at that time. */
export const sessionError = { message: 'bad', code: 'odd' }
export const sessionNews = { changedAt: AT, seq: 9 }

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

export const STATUSES: readonly SessionStatus[] = [
  'starting',
  'running',
  'ready',
  'interrupted',
  'stopped',
  'error',
]
export const withSeq = (turns: TurnsState, seq: number): TurnsState => ({ ...turns, seq })
export const BEFORE = withSeq(initialTurns, 8)
export const AFTER = withSeq(initialTurns, 9)
/** A conversation with this session. */
export const ofSession = (known: Session | null, more: Partial<ConversationsState> = {}) =>
  known ? stateOf([conversation({ session: known })], more) : stateOf([], more)
export const sessionNow = (state: ConversationsState) => sessionOf(state, 'c')

/** A conversation with these questions, and another one with a question. */
export const ofQuestions = (questions: readonly Question[], more: Partial<ConversationsState> = {}) =>
  stateOf(
    [
      conversation({ questions: [question('x', { askerId: 'other' })] }, 'b'),
      conversation({ questions, log: [line('kept')] }),
    ],
    more,
  )
export const shown = (state: ConversationsState, key = 'c') => questionsOf(state, key)
export const names = (state: ConversationsState, key = 'c') =>
  shown(state, key).map(({ requestId, askerId }) => `${requestId} of ${askerId}`)

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
