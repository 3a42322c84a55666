/** The scenarios themselves: one file a family, in the sets that they came in. */
import reportedAnonymousSignal from './scenarios/reported/anonymous-signal.json'
import reportedChildAuxiliary from './scenarios/reported/child-auxiliary.json'
import reportedHumanInput from './scenarios/reported/human-input.json'
import reportedLivenessTime from './scenarios/reported/liveness-time.json'
import reportedLostTerminal from './scenarios/reported/lost-terminal.json'
import reportedMultiClient from './scenarios/reported/multi-client.json'
import reportedPartialSettlement from './scenarios/reported/partial-settlement.json'
import reportedQueueDispatch from './scenarios/reported/queue-dispatch.json'
import reportedRestartReplay from './scenarios/reported/restart-replay.json'
import reportedScopeIdentity from './scenarios/reported/scope-identity.json'
import reportedSnapshotRace from './scenarios/reported/snapshot-race.json'
import reportedStaleTerminal from './scenarios/reported/stale-terminal.json'
import reportedStopLifecycle from './scenarios/reported/stop-lifecycle.json'
import reportedSubmitAmbiguity from './scenarios/reported/submit-ambiguity.json'
import secondHumanInput from './scenarios/second/human-input.json'
import secondLivenessTime from './scenarios/second/liveness-time.json'
import secondMultiClient from './scenarios/second/multi-client.json'
import secondQueueDispatch from './scenarios/second/queue-dispatch.json'
import secondStopLifecycle from './scenarios/second/stop-lifecycle.json'
import secondSubmitAmbiguity from './scenarios/second/submit-ambiguity.json'
import mirroredAnonymousSignal from './scenarios/mirrored/anonymous-signal.json'
import mirroredAttention from './scenarios/mirrored/attention.json'
import mirroredBackgroundRuns from './scenarios/mirrored/background-runs.json'
import mirroredChildAuxiliary from './scenarios/mirrored/child-auxiliary.json'
import mirroredHowItEnded from './scenarios/mirrored/how-it-ended.json'
import mirroredHumanInput from './scenarios/mirrored/human-input.json'
import mirroredLivenessTime from './scenarios/mirrored/liveness-time.json'
import mirroredLostTerminal from './scenarios/mirrored/lost-terminal.json'
import mirroredMultiClient from './scenarios/mirrored/multi-client.json'
import mirroredPartialSettlement from './scenarios/mirrored/partial-settlement.json'
import mirroredQueueDispatch from './scenarios/mirrored/queue-dispatch.json'
import mirroredRestartReplay from './scenarios/mirrored/restart-replay.json'
import mirroredScopeIdentity from './scenarios/mirrored/scope-identity.json'
import mirroredSnapshotRace from './scenarios/mirrored/snapshot-race.json'
import mirroredStaleTerminal from './scenarios/mirrored/stale-terminal.json'
import mirroredStopLifecycle from './scenarios/mirrored/stop-lifecycle.json'
import mirroredSubmitAmbiguity from './scenarios/mirrored/submit-ambiguity.json'
import foundChildAuxiliary from './scenarios/found/child-auxiliary.json'
import foundHumanInput from './scenarios/found/human-input.json'
import foundLivenessTime from './scenarios/found/liveness-time.json'
import foundLostTerminal from './scenarios/found/lost-terminal.json'
import foundMultiClient from './scenarios/found/multi-client.json'
import foundQueueDispatch from './scenarios/found/queue-dispatch.json'
import foundRestartReplay from './scenarios/found/restart-replay.json'
import foundScopeIdentity from './scenarios/found/scope-identity.json'
import foundStopLifecycle from './scenarios/found/stop-lifecycle.json'
import { readScenarios } from './readScenario'
import type { Loaded, Scenario } from './scenario'

/**
 * `reported`: from public issue threads. `second`: from a second round of them. `mirrored`: the mirror images of those, so
 * that a rule that is too broad is noticed as one that is too narrow, and cases of our own. `found`: what random histories, the
 * explorer and mutants have found in this package, each with its mirror image.
 */
export type ScenarioSet = 'reported' | 'second' | 'mirrored' | 'found'

const FILES: Readonly<Record<ScenarioSet, readonly unknown[]>> = {
  reported: [
    reportedAnonymousSignal,
    reportedChildAuxiliary,
    reportedHumanInput,
    reportedLivenessTime,
    reportedLostTerminal,
    reportedMultiClient,
    reportedPartialSettlement,
    reportedQueueDispatch,
    reportedRestartReplay,
    reportedScopeIdentity,
    reportedSnapshotRace,
    reportedStaleTerminal,
    reportedStopLifecycle,
    reportedSubmitAmbiguity,
  ],
  second: [
    secondHumanInput,
    secondLivenessTime,
    secondMultiClient,
    secondQueueDispatch,
    secondStopLifecycle,
    secondSubmitAmbiguity,
  ],
  mirrored: [
    mirroredAnonymousSignal,
    mirroredAttention,
    mirroredBackgroundRuns,
    mirroredChildAuxiliary,
    mirroredHowItEnded,
    mirroredHumanInput,
    mirroredLivenessTime,
    mirroredLostTerminal,
    mirroredMultiClient,
    mirroredPartialSettlement,
    mirroredQueueDispatch,
    mirroredRestartReplay,
    mirroredScopeIdentity,
    mirroredSnapshotRace,
    mirroredStaleTerminal,
    mirroredStopLifecycle,
    mirroredSubmitAmbiguity,
  ],
  found: [
    foundChildAuxiliary,
    foundHumanInput,
    foundLivenessTime,
    foundLostTerminal,
    foundMultiClient,
    foundQueueDispatch,
    foundRestartReplay,
    foundScopeIdentity,
    foundStopLifecycle,
  ],
}

function read(content: unknown): readonly Scenario[] {
  return readScenarios(content, 'unnamed').map((loaded: Loaded) => {
    if ('scenario' in loaded) return loaded.scenario
    throw new Error(loaded.error)
  })
}

/** The scenarios of one set, or of all four, in their order. They are read at each call. */
export const scenarios = (set?: ScenarioSet): readonly Scenario[] =>
  (set === undefined ? Object.values(FILES) : [FILES[set]]).flatMap((files) => files.flatMap(read))
