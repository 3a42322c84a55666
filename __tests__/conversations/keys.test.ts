/** Keys that change, and ends: what goes along, and what is left behind. */
import { LOG_SIZE } from '../../src/conversations/conversation'
import { followEnds } from '../../src/conversations/followEnds'
import { followTurnsWithTexts, rekeyConversation } from '../../src/conversations/keys'
import { REMEMBERED } from '../../src/state/config'
import { conversationOf } from '../../src/state/conversations'
import { initialTurns, patchEntry, patchTurns } from '../../src/state/turns'
import type {
  Conversation,
  ConversationsState,
  EndedTurn,
  QueueHold,
  Turn,
  TurnsState,
} from '../../src/types'
import { config, stopOf, turnOf, turnsOf, unsent } from '../turns/parts'
import { conversation, draft, line, question, record, session, stateOf, text } from './parts'

const at = (state: ConversationsState, key: string) => conversationOf(state, key)
const error = (message: string) => ({ message, turnId: null })
const hold = (why: QueueHold['why']) => ({ why, until: null })

/** All that a conversation may have to say, marked with a name. */
const full = (name: string): Partial<Conversation> => ({
  session: session('running', { stamp: name }),
  texts: [text(`text ${name}`)],
  drafts: [draft(`draft ${name}`)],
  questions: [question(`question ${name}`)],
  lastError: error(name),
  log: [line(name)],
  queueHold: hold(name === 'a' ? 'stop' : 'error'),
})
const rekey = (
  state: ConversationsState,
  from: string,
  to: string,
  turnId?: string,
  before: TurnsState = initialTurns,
  after: TurnsState = initialTurns,
) => rekeyConversation(state, { from, to, turnId }, { before, after })

describe('a conversation has a new key', () => {
  test.each<[string, Partial<Conversation>, Partial<Conversation>, Partial<Conversation>]>([
    ['nothing', full('a'), {}, full('a')],
    [
      'nothing but a draft',
      full('a'),
      { drafts: [draft('x')] },
      { ...full('a'), drafts: [draft('draft a'), draft('x')] },
    ],
    [
      'much as well',
      full('a'),
      full('b'),
      {
        session: session('running', { stamp: 'b' }),
        texts: [text('text a'), text('text b')],
        drafts: [draft('draft a'), draft('draft b')],
        questions: [question('question a'), question('question b')],
        lastError: error('b'),
        log: [line('a'), line('b')],
        queueHold: hold('stop'),
      },
    ],
    [
      'a hold',
      { drafts: [draft('x')] },
      { queueHold: hold('error') },
      { drafts: [draft('x')], queueHold: hold('error') },
    ],
  ])('where there is %s already', (_name, was, there, expected) => {
    const state = stateOf([
      conversation(was, 'a'),
      conversation({ ...there, log: there.log ?? [] }, 'b'),
      conversation(full('z'), 'z'),
    ])
    const after = rekey(state, 'a', 'b')
    expect([at(after, 'a'), at(after, 'b'), at(after, 'z')]).toEqual([
      undefined,
      conversation(expected, 'b'),
      conversation(full('z'), 'z'),
    ])
    expect(after.aliases).toEqual([{ from: 'a', to: 'b' }])
  })
  test('a question of both is one, and the newest lines of the log are kept', () => {
    const lines = Array.from({ length: LOG_SIZE }, (_, i) => line(`${i}`))
    const state = stateOf([
      conversation({ questions: [question('q'), question('p')], log: lines }, 'a'),
      conversation(
        { questions: [question('q', { seq: 9 }), question('q', { askerId: 't2' })], log: [line('new')] },
        'b',
      ),
    ])
    const after = at(rekey(state, 'a', 'b'), 'b')!
    expect(after.questions).toEqual([question('q'), question('p'), question('q', { askerId: 't2' })])
    expect(after.log).toEqual([...lines.slice(1), line('new')])
  })
  test('one that has nothing to say has its key all the same', () => {
    const state = stateOf([], {
      viewedId: 'a',
      unseen: [{ conversationId: 'a', turnId: 't', why: 'failed' }],
    })
    expect(rekey(state, 'a', 'b')).toEqual({
      ...state,
      viewedId: 'b',
      unseen: [{ conversationId: 'b', turnId: 't', why: 'failed' }],
      aliases: [{ from: 'a', to: 'b' }],
    })
    expect(rekey({ ...state, viewedId: 'z' }, 'a', 'b').viewedId).toBe('z')
  })
  const aliases = (...pairs: readonly string[]) => pairs.map((pair) => ({ from: pair[0]!, to: pair[1]! }))
  test.each<[string, readonly string[], string, string, readonly string[]]>([
    ['again', ['ab'], 'b', 'c', ['ac', 'bc']],
    ['by an old key', ['ab'], 'a', 'c', ['ac', 'bc']],
    ['and back', ['ab'], 'b', 'a', ['ba']],
    ['to where another has gone', ['xc'], 'a', 'x', ['xc', 'ac']],
    ['told again', ['ab'], 'a', 'b', ['ab']],
    ['to itself', [], 'a', 'a', []],
  ])('%s', (_name, known, from, to, expected) => {
    const state = stateOf([], { aliases: aliases(...known) })
    const after = rekey(state, from, to)
    expect(after.aliases).toEqual(aliases(...expected))
    if (known.join() === expected.join()) expect(after).toBe(state)
  })
  test('the newest keys are remembered', () => {
    const many = Array.from({ length: REMEMBERED }, (_, i) => ({ from: `from ${i}`, to: `to ${i}` }))
    const after = rekey(stateOf([], { aliases: many }), 'a', 'b')
    expect(after.aliases).toEqual([...many.slice(1), { from: 'a', to: 'b' }])
  })
})

describe('one turn has another key', () => {
  const before = turnsOf({ active: turnOf('t', { conversationId: 'a' }) }, 'a')
  const mine = question('q', { askerId: 't' })
  const other = question('q', { askerId: 'u' })
  const state = stateOf([
    conversation({ ...full('a'), questions: [mine, other] }, 'a'),
    conversation({ questions: [other] }, 'b'),
  ])
  test('its questions go along, and nothing else', () => {
    const after = rekey(state, 'a', 'b', 't', before)
    expect([at(after, 'a'), at(after, 'b'), after.aliases]).toEqual([
      conversation({ ...full('a'), questions: [other] }, 'a'),
      conversation({ questions: [other, mine] }, 'b'),
      [],
    ])
  })
  test('where the turn turned out to be another one that is there they are that one’s', () => {
    const run = turnsOf({ active: turnOf('t', { conversationId: 'a', runs: ['r'] }) }, 'a')
    const heir = patchEntry(initialTurns, 'b', { active: turnOf('u', { conversationId: 'b', runs: ['r'] }) })
    const asked = stateOf([
      conversation({ questions: [mine, { ...mine, requestId: 'p' }] }, 'a'),
      conversation({ questions: [other] }, 'b'),
    ])
    const next = rekey(asked, 'a', 'b', 't', run, heir)
    expect(at(next, 'b')!.questions).toEqual([other, question('p', { askerId: 'u' })])
  })
  test.each([
    ['a turn that is not known', 'a', 'b', 'nobody'],
    ['a turn without a question', 'b', 'a', 't9'],
    ['a turn that is there', 'b', 'a', 't'],
  ])('%s: nothing changes', (_name, from, to, turnId) => {
    const turns = patchEntry(before, 'b', { active: turnOf('t9', { conversationId: 'b' }) })
    expect(rekey(state, from, to, turnId, turns)).toBe(state)
  })
  test('to an old key of its conversation: nothing changes, whatever a helper of that key is shown in', () => {
    const renamed = {
      ...state,
      aliases: [{ from: 'x', to: 'a' }],
      children: [{ child: 'x', parent: 'root', role: 'child' as const }],
    }
    expect(rekey(renamed, 'a', 'x', 't', before)).toBe(renamed)
  })
  test('shown at the same root: nothing changes', () => {
    const kid = {
      ...state,
      children: [
        { child: 'a', parent: 'root', role: 'child' as const },
        { child: 'b', parent: 'root', role: 'child' as const },
      ],
    }
    const shown = { ...kid, byId: stateOf([conversation({ questions: [mine] }, 'root')]).byId }
    expect(rekey(shown, 'a', 'b', 't', before)).toBe(shown)
  })
})

describe('a text goes along with its turn', () => {
  const before = turnsOf({ active: turnOf('t', { conversationId: 'a' }), queue: [unsent('u')] }, 'a')
  const state = stateOf([conversation({ texts: [text('t'), text('u')], drafts: [draft('d')] }, 'a')])
  test('to where that is, or the one that it was merged into', () => {
    for (const active of [
      turnOf('t', { conversationId: 'b' }),
      turnOf('host', { conversationId: 'b', mergedTurnIds: ['t'] }),
    ]) {
      const after = patchEntry(patchEntry(before, 'a', { active: null }), 'b', { active })
      const next = followTurnsWithTexts(state, before, after, 5)
      expect([at(next, 'a'), at(next, 'b')]).toEqual([
        conversation({ texts: [text('u')], drafts: [draft('d')] }, 'a'),
        conversation({ texts: [text('t')] }, 'b'),
      ])
    }
  })
  test('and stays where its turn stays, or has ended', () => {
    expect(followTurnsWithTexts(state, before, patchEntry(before, 'a', { active: null }), 5)).toBe(state)
    expect(followTurnsWithTexts(state, before, patchEntry(before, 'a', { checkAt: 5 }), 5)).toBe(state)
    expect(followTurnsWithTexts(state, before, before, 5)).toBe(state)
  })
  test('a steer that nobody was seen to read is given back with the end of its turn', () => {
    const steer = text('s', { isSteer: true, isUnread: true, into: 't' })
    const steered = stateOf([conversation({ texts: [steer, text('u')] }, 'a')])
    expect(
      at(followTurnsWithTexts(steered, before, patchEntry(before, 'a', { active: null }), 5), 'a'),
    ).toEqual(conversation({ texts: [text('u')], drafts: [draft('s', { at: 5, kind: 'steer' })] }, 'a'))
  })
})

describe('an end and the queue behind it', () => {
  const policy = (onStop: 'drain' | 'hold', onError = onStop, onLimit = onStop) => ({
    ...config,
    queuePolicy: { onStop, onError, onLimit },
  })
  const holdAfter = (
    change: Partial<EndedTurn>,
    {
      turn = {},
      queue = [unsent('q')],
      rules = policy('hold'),
    }: { turn?: Partial<Turn>; queue?: readonly Turn[]; rules?: typeof config } = {},
  ) => {
    const before = turnsOf({ active: turnOf('t', turn), queue })
    const ended = [record('t', { seq: before.seq + 1, ...change })]
    const after = patchTurns(patchEntry(before, 'c', { active: null }), { ended })
    const state = stateOf([conversation({ drafts: [draft('kept')] })])
    return at(followEnds(state, before, after, rules), 'c')!.queueHold
  }
  const failed = { outcome: 'error', reason: 'error' } as const
  const limited = { ...failed, limitedUntil: 9_000 }
  const stopped = { turn: { stop: stopOf('requested') } }
  test.each<[string, Partial<EndedTurn>, QueueHold['why'] | null, Parameters<typeof holdAfter>[1]]>([
    ['complete', {}, null, {}],
    ['an error', failed, 'error', {}],
    ['not delivered', { outcome: 'undelivered' }, 'error', {}],
    ['interrupted', { outcome: 'interrupted' }, 'error', {}],
    ['superseded', { outcome: 'interrupted', reason: 'superseded' }, null, {}],
    ['unknown', { outcome: 'unknown', reason: 'rescued' }, null, {}],
    ['stopped here', { outcome: 'cancelled' }, 'stop', stopped],
    ['stopped elsewhere', { outcome: 'cancelled' }, null, {}],
    [
      'stopped for the next',
      { outcome: 'cancelled' },
      null,
      { turn: { stop: stopOf('requested', { sendsNext: true }) } },
    ],
    ['a limit, by its time', limited, 'limit', {}],
    ['a limit, by the word', { ...failed, finishReason: 'rate_limit' }, 'limit', {}],
    ['a limit, by another word', { finishReason: 'usage-limit reached' }, 'limit', {}],
    ['a limit, in one word', { finishReason: 'RateLimitError' }, 'limit', {}],
    ['a limit, by the code', { ...failed, error: { message: 'x', code: 'insufficient_quota' } }, 'limit', {}],
    [
      'another word',
      { ...failed, finishReason: 'length', error: { message: 'quota', code: 'odd' } },
      'error',
      {},
    ],
    ['a limit, while it was stopped', { ...limited, outcome: 'cancelled' }, 'stop', stopped],
  ])('%s: held for %s', (_name, change, why, more) => {
    expect(holdAfter(change, more)).toEqual(why && { why, until: null })
    expect(holdAfter(change, { ...more, queue: [] })).toBeNull()
    const isWaited = why === 'limit' && change.limitedUntil != null
    expect(holdAfter(change, { ...more, rules: policy('drain') })).toEqual(
      isWaited ? { why, until: 9_000 } : null,
    )
    for (const [kind, rules] of [
      ['stop', policy('hold', 'drain', 'drain')],
      ['error', policy('drain', 'hold', 'drain')],
      ['limit', policy('drain', 'drain', 'hold')],
    ] as const)
      expect(holdAfter(change, { ...more, rules })?.until === null).toBe(kind === why)
  })
  test('one that leaves nothing behind makes no entry; an error makes one', () => {
    const before = turnsOf({ active: turnOf('t') })
    const after = (change: Partial<EndedTurn>) =>
      patchTurns(patchEntry(before, 'c', { active: null }), {
        ended: [record('t', { seq: before.seq + 1, ...change })],
      })
    const silent = stateOf([], { viewedId: 'c' })
    expect(followEnds(silent, before, after({}), policy('hold'))).toBe(silent)
    // Turns of elsewhere, whose texts are not here, are not held.
    const others = patchEntry(after({ outcome: 'interrupted' }), 'c', { queue: [turnOf('u')] })
    expect(followEnds(silent, before, others, policy('hold'))).toBe(silent)
    expect(
      at(followEnds(silent, before, after({ error: { message: 'x' } }), policy('hold')), 'c')!.lastError,
    ).toEqual({
      message: 'x',
      turnId: 't',
    })
  })
  test('an old error that is set right while a newer turn runs is no news', () => {
    const before = turnsOf({ active: turnOf('next') })
    const ended = [record('t', { seq: before.seq + 1, corrected: true, error: { message: 'x' } })]
    const shown = (turns: TurnsState) =>
      at(followEnds(stateOf([]), before, patchTurns(turns, { ended }), policy('hold')), 'c')!.lastError
    expect(shown(before)).toBeNull()
    expect(shown(patchEntry(before, 'c', { active: null }))).toEqual({ message: 'x', turnId: 't' })
  })
})
