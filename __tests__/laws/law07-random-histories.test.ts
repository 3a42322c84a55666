/**
 * Law 7 and law 11, over random histories: whatever was done, the contract holds after every action (the lab asks), and with
 * a truthful server on which nothing runs everything ends, once, and no text is lost.
 *
 * `HISTORIES=2000 FIRST_HISTORY=1` walks more of them.
 */
import type { EndedTurn } from 'redux-turnkeeper'
import { comeToRest, createHistory } from './histories'
import type { History } from './histories'

const COUNT = Number(process.env['HISTORIES'] ?? 60)
const FIRST = Number(process.env['FIRST_HISTORY'] ?? 1)
const STEPS = 40

/** The server has it: by its own answer, by what the turn has shown, since it named its run, or merged it into what ran. */
const isDelivered = ({ sendState, started, outcome, runs }: EndedTurn): boolean =>
  sendState === 'accepted' ||
  started === 'named' ||
  runs.length > 0 ||
  outcome === 'merged' ||
  outcome === 'complete'

/** What is wrong once everything has come to rest. */
function wrongAtRest({ lab, submitted }: History): string[] {
  const wrong: string[] = []
  const { selectBusyConversationIds, selectDrafts } = lab.keeper.selectors
  const root = lab.store.getState()
  for (const id of selectBusyConversationIds(root)) wrong.push(`${id} is busy for ever`)
  const conversations = lab.state().conversations.byId.pages.flat(2)
  const drafts = conversations.flatMap(({ conversationId }) => selectDrafts(root, conversationId))
  for (const turnId of submitted) {
    const records = lab.history().filter((record) => record.turnId === turnId)
    if (records.length !== 1) wrong.push(`${turnId} has ${records.length} records`)
    const isDraft = drafts.some((draft) => draft.turnId === turnId)
    if (records[0] && !isDelivered(records[0]) && !isDraft) wrong.push(`the text of ${turnId} is lost`)
  }
  return wrong
}

test.each(Array.from({ length: COUNT }, (_, i) => FIRST + i))('history %d', async (seed) => {
  const history = createHistory(seed)
  const { lab, story } = history
  for (let i = 0; i < STEPS && lab.broken.length === 0; i++) await history.step()
  if (lab.broken.length === 0) await comeToRest(history)
  const found = [...lab.broken, ...wrongAtRest(history)]
  expect(found.length === 0 ? [] : [found[0], ...story]).toEqual([])
})
