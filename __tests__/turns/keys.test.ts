/** Law 15 at its limits: two keys become one, and what runs, waits or is counted under either is there once. */
import { initialConversations } from '../../src/state/conversations'
import { activeOf, patchEntry } from '../../src/state/turns'
import { oneTurnForEachRun, rekeyTurns, rekeyed } from '../../src/turns/keys'
import type { ConversationTurns, Turn, UnplacedRun } from '../../src/types'
import { NOW, context, entryIn, turnOf, turnsOf } from './parts'

type Entry = Partial<ConversationTurns>

const under = (draft: Entry, permanent: Entry) => patchEntry(turnsOf(draft, 'draft'), 'permanent', permanent)
/** What goes on under the permanent key, once the draft has become that. */
const joined = (draft: Entry, permanent: Entry, turnId?: string): ConversationTurns =>
  entryIn(
    rekeyTurns(context(), under(draft, permanent), { from: 'draft', to: 'permanent', turnId }),
    'permanent',
  )

const inDraft = (turnId: string, change: Partial<Turn> = {}): Turn =>
  turnOf(turnId, { conversationId: 'draft', ...change })
const inPermanent = (turnId: string, change: Partial<Turn> = {}): Turn =>
  turnOf(turnId, { conversationId: 'permanent', ...change })
const idsOf = ({ active, queue }: ConversationTurns): (string | undefined)[] => [
  active?.turnId,
  ...queue.map(({ turnId }) => turnId),
]

const prompt = inDraft('prompt', { createdSeq: 5, started: 'no' })
const other = inPermanent('other', { origin: 'remote', runs: ['r'], createdSeq: 6 })
const seen = { runId: 'r', turnId: null }

test.each<[string, Turn, Turn, string, readonly Partial<UnplacedRun>[]]>([
  ['a run that began after the prompt is the prompt’s', prompt, other, 'prompt', []],
  ['one that began before it is not', prompt, { ...other, createdSeq: 4 }, 'prompt', [seen]],
  ['one beside a prompt that has a run is not', { ...prompt, runs: ['own'] }, other, 'prompt', [seen]],
  [
    'one that both have is the prompt’s',
    { ...prompt, runs: ['r'] },
    { ...other, createdSeq: 4 },
    'prompt',
    [],
  ],
  [
    'a turn without a run is known by its own name',
    prompt,
    { ...other, createdSeq: 4, runs: [] },
    'prompt',
    [{ runId: 'other', turnId: 'other' }],
  ],
  [
    'of two turns from elsewhere the newer one is not the older one’s run',
    inDraft('newer', { origin: 'remote', runs: ['r'], createdSeq: 7 }),
    { ...other, runs: [] },
    'other',
    [seen],
  ],
])('a turn runs under either key: %s', (_what, draft, permanent, active, unplacedRuns) => {
  const entry = joined({ active: draft }, { active: permanent })
  expect(idsOf(entry)).toEqual([active])
  expect(entry.unplacedRuns).toEqual(unplacedRuns.map((run) => expect.objectContaining(run) as unknown))
})

const unplaced: UnplacedRun = {
  runId: 'r',
  turnId: null,
  startedAt: NOW,
  createdSeq: 7,
  evidenceSeq: 7,
  lastEvidenceAt: NOW,
  checkAt: NOW,
  source: null,
}
const front = inPermanent('front', { runs: ['own'] })
test.each<[string, Partial<Turn>, string, Entry, string | undefined, readonly string[]]>([
  ['bound to', { runs: ['r'] }, 'with its conversation', {}, undefined, ['prompt']],
  ['guessed to be', { guessedRun: 'r' }, 'with its conversation', {}, undefined, ['prompt']],
  ['bound to', { runs: ['r'] }, 'alone', { active: front }, 'prompt', ['front', 'prompt']],
  ['guessed to be', { guessedRun: 'r' }, 'alone', { active: front }, 'prompt', ['front', 'prompt']],
])(
  'a run that is %s the turn’s (%j), which comes %s, is not shown as another one',
  (_how, change, _way, there, turnId, ids) => {
    const entry = joined({ active: { ...prompt, ...change } }, { ...there, unplacedRuns: [unplaced] }, turnId)
    expect([idsOf(entry), entry.unplacedRuns]).toEqual([ids, []])
  },
)

const ONE = { count: 1, open: false }
const TWO = { count: 2, open: true }
test.each([
  [ONE, null, ONE],
  [null, TWO, TWO],
  [null, null, null],
])(
  'idles are expected of turns that have ended: %j under the one key, %j under the other, %j under both',
  (draft, permanent, all) => {
    const entry = joined({ active: prompt, expectedIdles: draft }, { expectedIdles: permanent, checkAt: NOW })
    expect(entry.expectedIdles).toEqual(all)
  },
)

test.each([
  [[['r1'], ['r2'], ['r3']], { t0: [], t1: [], t2: [] }],
  [[['r1', 'r2'], ['r1'], ['r2']], { t0: ['t1', 't2'] }],
  [[['r1'], ['r2'], ['r1', 'r2']], { t0: ['t2'], t1: [] }],
  [[['r1'], ['r2'], ['r2', 'r1']], { t0: ['t2'], t1: [] }],
])(
  'prompts with the runs %j: those that share one are one turn, at the place of the first of them: %j',
  (runs, expected) => {
    const [active, ...queue] = runs.map((own, i) => turnOf(`t${i}`, { runs: own }))
    const entry = entryIn(oneTurnForEachRun(context(), turnsOf({ active: active!, queue }), 'c'))
    const left = [entry.active!, ...entry.queue].map(({ turnId, mergedTurnIds }) => [turnId, mergedTurnIds])
    expect(Object.fromEntries(left)).toEqual(expected)
  },
)

test.each<[string, object, object | null]>([
  ['a key that nobody knows', { from: 'draft', to: 'new' }, { from: 'draft', to: 'new' }],
  [
    'an earlier key of another conversation',
    { from: 'draft', to: 'old' },
    { from: 'draft', to: 'permanent' },
  ],
  ['its own earlier key', { from: 'permanent', to: 'old' }, { from: 'permanent', to: 'old' }],
  ['its own earlier key, one turn alone', { from: 'permanent', to: 'old', turnId: 't' }, null],
])('a conversation gets %s: %j moves as %j', (_what, rekey, expected) => {
  const conversations = { ...initialConversations, aliases: [{ from: 'old', to: 'permanent' }] }
  expect(rekeyed(conversations, rekey as Parameters<typeof rekeyed>[1])).toEqual(expected)
})

describe('a turn that has moved to another conversation', () => {
  const ALONE = 'prompt'
  const away = { turnId: 'other', conversationId: 'elsewhere' }
  const moved = inPermanent('other', { conversationId: 'elsewhere', otherKeys: ['draft', 'third'] })
  const withMoved = (draft: Entry, permanent: Entry) =>
    patchEntry(under(draft, permanent), 'elsewhere', { active: moved })
  const rekey = { from: 'draft', to: 'permanent' }

  test('and moves back does not go by the key where it is', () => {
    const entry = joined({ active: inDraft('prompt', { otherKeys: ['permanent'] }) }, {}, ALONE)
    expect(entry.active).toMatchObject({ conversationId: 'permanent', otherKeys: ['draft'] })
  })
  test('and whose conversation becomes the one that it came from does not either', () => {
    const movedTurn = { turnId: 'prompt', conversationId: 'draft' }
    const entry = joined({ active: inDraft('prompt', { otherKeys: ['permanent'] }) }, { movedTurn })
    expect([entry.active?.otherKeys, entry.movedTurn]).toEqual([[], null])
  })
  test('is not looked for elsewhere, once what it had left is where it is', () => {
    const movedTurn = { turnId: 'prompt', conversationId: 'permanent' }
    const entry = joined(
      { movedTurn, checkAt: NOW },
      { active: inPermanent('prompt', { otherKeys: ['draft'] }) },
    )
    expect([entry.active?.turnId, entry.movedTurn]).toEqual(['prompt', null])
  })
  test.each<[string, Entry]>([
    ['a free one', {}],
    ['one where something waits', { checkAt: NOW }],
  ])(
    'goes by the new key of the conversation that it has left, which becomes %s, and by its others',
    (_what, there) => {
      const turns = rekeyTurns(context(), withMoved({ movedTurn: away }, there), rekey)
      expect(entryIn(turns, 'permanent').movedTurn).toEqual(away)
      expect(activeOf(turns, 'permanent')?.otherKeys).toEqual(['permanent', 'third'])
    },
  )
  test('is still looked for there, where another one comes: that waits behind it', () => {
    const before = withMoved({ active: prompt }, { movedTurn: away })
    const turns = rekeyTurns(context(), before, { ...rekey, turnId: 'prompt' })
    expect(entryIn(turns, 'permanent')).toMatchObject({
      active: null,
      queue: [{ turnId: 'prompt' }],
      movedTurn: away,
    })
    expect(activeOf(turns, 'permanent')?.turnId).toBe('other')
  })
})
