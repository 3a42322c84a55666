/** Parts that the tests of single rules are made of. */
import { initialConversations } from '../../src/state/conversations'
import type { RulesConfig } from '../../src/state/config'
import { entryOf, initialTurns, patchEntry } from '../../src/state/turns'
import type { RuleContext } from '../../src/turns/context'
import { amendTurn, newTurn } from '../../src/turns/turn'
import type {
  BackgroundRun,
  ConversationTurns,
  StopIntent,
  Turn,
  TurnsState,
  UnplacedRun,
} from '../../src/types'

/** Durations that no two sums share. */
export const config = {
  hasStatusChecks: true,
  hasOpenStream: false,
  ackTimeout: 10,
  sendTimeout: 300,
  stallTimeout: 100,
  recheckInterval: 7,
  registrationWindow: 40,
  statusTimeout: 50,
  hardLimit: 5_000,
  historySize: 50,
  backgroundRunExpiry: 900,
  sendWhileBusy: 'queue',
  stopScope: 'turn',
  holdSendWhileStopping: 60,
} as unknown as RulesConfig
export const unchecked: RulesConfig = { ...config, hasStatusChecks: false }

export const NOW = 10_000
export const context = (more: Partial<RuleContext> = {}): RuleContext => ({
  config,
  conversations: initialConversations,
  at: NOW,
  ...more,
})

/** A turn that was accepted and has started long ago. */
export const turnOf = (turnId: string, change: Partial<Turn> = {}): Turn =>
  amendTurn(
    newTurn({
      turnId,
      conversationId: 'c',
      origin: 'local',
      sendState: 'accepted',
      startedAt: 1_000,
      sentAt: 1_001,
      acceptedAt: 1_002,
      createdSeq: 1,
      started: 'named',
    }),
    change,
  )
export const unsent = (turnId: string, change: Partial<Turn> = {}): Turn =>
  turnOf(turnId, { sendState: 'unsent', sentAt: null, acceptedAt: null, started: 'no', ...change })

export const stopOf = (state: StopIntent['state'], change: Partial<StopIntent> = {}): StopIntent => ({
  state,
  nonce: null,
  at: NOW - 100,
  turnHadStarted: true,
  lostAnswers: 0,
  refusals: 0,
  ...change,
})

/** The run of a helper. */
export const helper = (change: Partial<BackgroundRun> = {}): BackgroundRun => ({
  runId: 'h',
  conversationId: 'c',
  role: 'child',
  parent: null,
  startedAt: 1,
  evidenceSeq: 3,
  expiresAt: NOW + 900,
  name: 'helper',
  isPaused: false,
  stop: null,
  ...change,
})
/** A run of unknown origin. */
export const unplaced = (change: Partial<UnplacedRun> = {}): UnplacedRun => ({
  runId: 'r',
  turnId: null,
  source: null,
  startedAt: 1,
  createdSeq: 3,
  evidenceSeq: 3,
  lastEvidenceAt: 1,
  checkAt: NOW,
  ...change,
})

export const turnsOf = (entry: Partial<ConversationTurns>, key = 'c'): TurnsState =>
  patchEntry(initialTurns, key, entry)
export const entryIn = (turns: TurnsState, key = 'c'): ConversationTurns => entryOf(turns, key)!
