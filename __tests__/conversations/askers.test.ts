/** Questions and who asks them: they go along, close with their asker, and are as a status check says. */
import { followAskers, questionsOfAnswer } from '../../src/conversations/questions'

import { questionKey } from '../../src/state/conversations'
import { initialTurns, patchEntry, patchTurns } from '../../src/state/turns'
import type { ConversationsState, StatusAnswer, TurnsState } from '../../src/types'
import { turnOf, turnsOf } from '../turns/parts'
import { conversation, names, ofQuestions as of, question, record, shown, stateOf } from './parts'

const AT = 2_000

describe('a question and its asker', () => {
  const turn = turnOf('t1', { runs: ['r1', 'r2'] })
  const before = turnsOf({
    active: turn,
    queue: [turnOf('t2')],
    unplacedRuns: [{ runId: 'u1', turnId: null }] as never,
    backgroundRuns: [{ runId: 'b1' }] as never,
  })
  const state = of([
    question('q1'),
    question('q2', { askerId: 't2' }),
    question('u', { askerId: 'u1' }),
    question('b', { askerId: 'b1' }),
    question('x', { askerId: 'stranger' }),
  ])
  const without = (id: string) => names(state).filter((name) => !name.endsWith(` of ${id}`))
  const follow = (after: TurnsState, from = state) => followAskers(from, before, after)
  const change = (entry: Parameters<typeof patchEntry>[2]): TurnsState => patchEntry(before, 'c', entry)

  test('nothing else goes on: nothing changes', () => {
    expect(follow(patchTurns(before, { userId: 'u' }))).toBe(state)
    expect(follow(change({ checkAt: 5 }))).toBe(state)
  })
  test.each<[string, Parameters<typeof patchEntry>[2]]>([
    ['t1', { active: null }],
    ['t2', { queue: [] }],
    ['u1', { unplacedRuns: [] }],
    ['b1', { backgroundRuns: [] }],
  ])('with the end of %s its own is closed', (id, entry) => {
    const after = follow(change(entry))
    expect(names(after)).toEqual(without(id))
    expect(after.closedQuestions).toHaveLength(1)
  })
  test('where the end was only inferred it may be asked again', () => {
    const ended = (grade: 'inferred' | 'witnessed') =>
      patchTurns(change({ active: null }), {
        ended: [record('t1', { grade: 'witnessed' }), record('t1', { grade })],
      })
    expect(names(follow(ended('inferred')))).toEqual(without('t1'))
    expect(follow(ended('inferred')).closedQuestions).toEqual([])
    expect(follow(ended('witnessed')).closedQuestions).toEqual([questionKey('t1', 'q1')])
  })
  test.each<[string, Parameters<typeof patchEntry>[2]]>([
    ['a turn that has one of its runs', { active: turnOf('heir', { runs: ['r2'] }) }],
    [
      'a run that nobody can place',
      { active: null, unplacedRuns: [{ runId: 'u1' }, { runId: 'r2' }] as never },
    ],
  ])('goes along with %s', (_name, entry) => {
    const after = follow(change(entry))
    const heir = entry.active ? 'heir' : 'r2'
    expect(names(after)).toEqual([...without('t1'), `q1 of ${heir}`])
    expect(after.closedQuestions).toEqual([])
  })
  test('goes along with a run of unknown origin that became the turn; one that it had asked already is one', () => {
    const twice = of([
      question('u', { askerId: 't1', prompt: 'told', seq: 4, expiresAt: 9 }),
      question('u', { askerId: 'u1', seq: 9, expiresAt: 8 }),
      question('v', { askerId: 'u1' }),
    ])
    const after = follow(change({ active: { ...turn, runs: ['u1'] }, unplacedRuns: [] }), twice)
    expect(shown(after)).toEqual([
      question('u', { askerId: 't1', prompt: 'told', seq: 9, expiresAt: 9 }),
      question('v', { askerId: 't1' }),
    ])
  })
  describe('of a run that was only guessed to be the turn’s', () => {
    const guessing = (more: object = {}) =>
      turnOf('t1', { guessedRun: 'g', started: 'unnamed', ...more } as never)
    const from = (turn = guessing()) => turnsOf({ active: turn })
    const asked = of([question('q1')])
    const go = (entry: Parameters<typeof patchEntry>[2], before = from()) =>
      names(followAskers(asked, before, patchEntry(before, 'c', entry)))
    const released = turnOf('t1', { runs: ['r1'] })

    test.each<[string, string, Parameters<typeof patchEntry>[2]]>([
      ['a run of unknown origin', 'g', { active: released, unplacedRuns: [{ runId: 'g' }] as never }],
      ['a helper', 'g', { active: released, backgroundRuns: [{ runId: 'g' }] as never }],
      ['another turn', 't2', { active: released, queue: [turnOf('t2', { runs: ['g'] })] }],
      ['another turn, the prompt being over', 't2', { active: turnOf('t2', { runs: ['g'] }) }],
      ['the turn itself', 't1', { active: turnOf('t1', { runs: ['g'] }) }],
      ['the turn, as a guess', 't1', { active: guessing({ checkAt: 9 }) }],
    ])('it goes along with what that run is: %s', (_name, heir, entry) => {
      expect(go(entry)).toEqual([`q1 of ${heir}`])
    })
    test('it is over where that run is', () => expect(go({ active: released })).toEqual([]))
    test('mirror: one that is named itself has asked itself', () =>
      expect(
        go(
          { active: released, unplacedRuns: [{ runId: 'g' }] as never },
          from(guessing({ started: 'named' })),
        ),
      ).toEqual(['q1 of t1']))
  })
  test('goes along with a turn that moves to another conversation, once', () => {
    const moved = patchEntry(change({ active: null }), 'd', {
      active: { ...turn, runs: [], conversationId: 'd' },
    })
    expect([names(follow(moved)), names(follow(moved), 'd')]).toEqual([without('t1'), ['q1 of t1']])
    const pointed = patchEntry(moved, 'c', { movedTurn: { conversationId: 'd', turnId: 't1' } as never })
    const withRuns = patchEntry(pointed, 'd', { active: { ...turn, conversationId: 'd' } })
    expect([names(follow(withRuns)), names(follow(withRuns), 'd')]).toEqual([without('t1'), ['q1 of t1']])
    const known = stateOf([
      conversation({ questions: [question('q1')] }),
      conversation({ questions: [question('q0'), question('q1')] }, 'd'),
    ])
    expect([names(follow(moved, known)), names(follow(moved, known), 'd')]).toEqual([
      [],
      ['q0 of t1', 'q1 of t1'],
    ])
  })
  test("of a helper's conversation stands at its root, and goes with its turn there", () => {
    const children = [{ child: 'kid', parent: 'c', role: 'child' as const }]
    const kid = patchEntry(before, 'kid', { active: turnOf('k1', { conversationId: 'kid' }) })
    const both = stateOf(
      [
        conversation({ questions: [question('q1'), question('k', { askerId: 'k1' })] }),
        conversation({ questions: [question('own', { askerId: 'k1' })] }, 'kid'),
      ],
      { children },
    )
    const after = followAskers(both, kid, patchEntry(kid, 'kid', { active: null }))
    expect([names(after), names(after, 'kid')]).toEqual([['q1 of t1'], []])
  })
})

describe('what a status check says of questions', () => {
  const CHECK = { seq: 5 }
  const turns = turnsOf({
    active: turnOf('t1', { runs: ['r1'] }),
    queue: [turnOf('t2', { runs: ['r2'] })],
    backgroundRuns: [
      { runId: 'b1', role: 'child' },
      { runId: 'b2', role: 'unlabelled' },
    ] as never,
  })
  const ask = (answer: StatusAnswer, state: ConversationsState, from = turns) =>
    questionsOfAnswer(state, from, 'c', answer, CHECK, AT)
  const two = of([question('q1'), question('new', { seq: 6 }), question('q2', { askerId: 't2' })])

  test.each<[string, StatusAnswer, readonly string[]]>([
    ['nothing of them, and idle', { status: 'idle' }, names(two)],
    ['none', { status: 'idle', questions: [] }, ['new of t1']],
    ['one', { status: 'idle', questions: [{ requestId: 'q2' }] }, ['new of t1', 'q2 of t2']],
    ['some without an id', { status: 'running', questions: [{}] }, names(two)],
    ['another', { status: 'running', questions: [{ requestId: 'q3' }] }, ['new of t1', 'q3 of t1']],
    [
      'another, of the second',
      { status: 'running', questions: [{ requestId: 'q3', asker: 't2' }] },
      ['new of t1', 'q3 of t2'],
    ],
    [
      'another, of its run',
      { status: 'idle', questions: [{ requestId: 'q3', asker: 'r2' }] },
      ['new of t1', 'q3 of t2'],
    ],
    [
      'another, of a stranger',
      { status: 'idle', questions: [{ requestId: 'q3', asker: 'z' }] },
      ['new of t1'],
    ],
    [
      'another, of a run beside it',
      { status: 'idle', questions: [{ requestId: 'q3', asker: 'b2' }] },
      ['new of t1', 'q3 of b2'],
    ],
    [
      'another, and who asks is not said',
      { status: 'idle', questions: [{ requestId: 'q3' }] },
      ['new of t1'],
    ],
  ])('%s', (_name, answer, expected) => {
    const after = ask(answer, two)
    expect(names(after)).toEqual(expected)
    if (expected.length === 3) expect(after).toBe(two)
  })

  const none = of([])
  test.each<[string, Partial<StatusAnswer>, string | null]>([
    ['the active turn', {}, 't1'],
    ['a turn by its id', { turnId: 't2' }, 't2'],
    ['a turn that is not known', { turnId: 'z' }, null],
    ['a turn by its run', { runId: 'r2' }, 't2'],
    ['a helper', { runId: 'b1' }, 'b1'],
    ['a run that is no helper', { runId: 'b2' }, null],
    ['a run that is not known', { runId: 'z' }, null],
  ])('%s waits for a person', (_name, named, asker) => {
    const waits = ask({ status: 'awaiting_input', inputId: 'q', ...named }, none)
    expect(shown(waits)).toEqual(
      asker === null ? [] : [question('q', { askerId: asker, at: AT, seq: CHECK.seq })],
    )
    const unnamed = ask({ status: 'awaiting_input', ...named }, none)
    expect(names(unnamed)).toEqual(asker === null ? [] : [`null of ${asker}`])
  })
  test('one that runs, and waits for nobody, has no question without an id any more', () => {
    const state = of([
      question(null),
      question(null, { askerId: 't2' }),
      question('q1'),
      question(null, { askerId: 'b1', seq: 6 }),
    ])
    expect(names(ask({ status: 'running' }, state))).toEqual(['null of t2', 'q1 of t1', 'null of b1'])
    expect(ask({ status: 'running', runId: 'b1' }, state)).toBe(state)
    expect(ask({ status: 'idle' }, state)).toBe(state)
  })
  test('the times and words of a listing are taken', () => {
    const after = ask(
      { status: 'running', questions: [{ requestId: 'q', kind: 'secret', prompt: '?', expiresInMs: 40 }] },
      none,
    )
    expect(shown(after)).toEqual([
      question('q', { kind: 'secret', prompt: '?', expiresAt: AT + 40, at: AT, seq: CHECK.seq }),
    ])
  })

  test('one that is known keeps its asker, and stands where that is by now', () => {
    const after = ask({ status: 'running', questions: [{ requestId: 'q2', prompt: '?' }] }, two)
    expect(shown(after)).toEqual([
      question('new', { seq: 6 }),
      question('q2', { askerId: 't2', prompt: '?' }),
    ])
    const moved = patchEntry(turns, 'd', { active: turnOf('t9', { conversationId: 'd', runs: ['r9'] }) })
    for (const answer of [
      { status: 'idle', questions: [{ requestId: 'q', asker: 't9' }] },
      { status: 'awaiting_input', turnId: 't9', inputId: 'q' },
    ] as const)
      expect([names(ask(answer, none, moved)), names(ask(answer, none, moved), 'd')]).toEqual([
        [],
        ['q of t9'],
      ])
    const waited = stateOf([conversation({ questions: [question(null, { askerId: 't9' })] }, 'd')])
    expect(names(ask({ status: 'running', turnId: 't9' }, waited, moved), 'd')).toEqual([])
  })
  test('nothing goes on: nothing is asked', () => {
    expect(ask({ status: 'awaiting_input' }, none, initialTurns)).toBe(none)
  })
})
