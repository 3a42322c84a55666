/** What a person sees of a conversation beside the words of the format: by the keeper's selectors. */
import type { Turnkeeper } from 'redux-turnkeeper'
import type { FactWord } from 'redux-turnkeeper/conformance'

type Fact = (keeper: Pick<Turnkeeper, 'selectors' | 'clock'>, state: object, conversation: string) => unknown

export const FACT_OF: Readonly<Record<FactWord, Fact>> = {
  'resumes in': ({ selectors, clock }, state, id) => {
    const at = selectors.selectResumesAt(state, id)
    return at === null ? null : at - clock.now()
  },
  'retry attempt': ({ selectors }, state, id) => selectors.selectRetry(state, id)?.attempt ?? null,
  stalled: ({ selectors }, state, id) => selectors.selectIsStalled(state, id),
  'finish reason': ({ selectors }, state, id) =>
    selectors.selectLastEndedTurn(state, id)?.finishReason ?? null,
  'queue stands': ({ selectors }, state, id) => selectors.selectQueueState(state, id)?.why ?? null,
  'background runs': ({ selectors }, state, id) =>
    selectors.selectBackgroundRuns(state, id).map(({ name, runId, phase }) => `${name ?? runId}: ${phase}`),
  scheduled: ({ selectors, clock }, state, id) => {
    const work = selectors.selectScheduled(state, id)
    return work && `${work.name ?? 'something'} in ${Math.round((work.at - clock.now()) / 1_000)} s`
  },
  attention: ({ selectors }, state, id) => {
    const attention = selectors.selectAttention(state, id)
    const isListed = selectors.selectAttentionIds(state).includes(id)
    return isListed === (attention !== null) ? attention : 'the list says otherwise'
  },
  'drafts are of': ({ selectors }, state, id) =>
    selectors.selectDrafts(state, id).map(({ kind = 'turn', arrived }) => `${kind}, arrived: ${arrived}`),
  session: ({ selectors }, state, id) => selectors.selectSession(state, id)?.status ?? null,
  'text came': ({ selectors }, state, id) => {
    const ended = selectors.selectLastEndedTurn(state, id)
    return ended && ended.firstOutputAt !== null
  },
}

export const FACT_NAMES = Object.keys(FACT_OF) as FactWord[]
