/** Law 11: what the answer to a send says of an end that was told before it, and of what was taken for a turn from elsewhere. */
import { accept, takeOver } from '../../src/turns/sendAnswers'
import { endOf, unconfirmed } from '../../src/turns/ends'
import { lastEnded, patchEntry } from '../../src/state/turns'
import type { ConversationTurns, Turn } from '../../src/types'
import { NOW, context, entryIn, turnOf, turnsOf, unchecked } from './parts'

const ofRun = unconfirmed(endOf({ reason: 'complete' }), 'r')
const unnamed = unconfirmed(endOf({ reason: 'complete' }), null)
const open: Partial<Turn> = { sendState: 'sending', acceptedAt: null }

describe('an end was told while the request of the send was open; accepted, the turn', () => {
  const acceptedWith = (change: Partial<Turn>, ctx = context()) => {
    const before = turnsOf({ active: turnOf('t', { ...open, ...change }) })
    const after = accept(ctx, before, { turnId: 't', conversationId: 'c' })
    return lastEnded(after, 'c')?.grade ?? entryIn(after).active?.unconfirmedEnd
  }
  test('goes on, where the end named its run, and that has shown since: the end is kept as it was told', () => {
    expect(acceptedWith({ runs: ['r'], unconfirmedEnd: ofRun })).toEqual(ofRun)
  })
  test('goes on, where the end named nobody: a check tells', () => {
    expect(acceptedWith({ started: 'unnamed', unconfirmedEnd: unnamed })).toEqual(unnamed)
  })
  test('is over, as far as is known, where there is no check to tell', () => {
    const ctx = context({ config: unchecked })
    expect(acceptedWith({ started: 'unnamed', unconfirmedEnd: unnamed }, ctx)).toBe('inferred')
  })
})

test.each<[string, 'named' | 'no', Partial<Turn>]>([
  ['showed that it runs', 'named', { started: 'unnamed' }],
  ['showed nothing', 'no', { started: 'no' }],
])(
  'an answer names the run that another prompt had by guess, and that %s: started is %p',
  (_what, started, change) => {
    const guessing = turnOf('front', { ...open, guessedRun: 'r', ...change })
    const before = turnsOf({ active: guessing, queue: [turnOf('t', { ...open, started: 'no' })] })
    const after = accept(context(), before, { turnId: 't', conversationId: 'c', runId: 'r' })
    const { active, queue } = entryIn(after)
    expect([active, ...queue].find((turn) => turn?.turnId === 't')).toMatchObject({ runs: ['r'], started })
  },
)

describe('a turn from elsewhere was a prompt’s all along. The prompt', () => {
  const taken = (
    change: Partial<Turn>,
    other: Partial<Turn>,
    rest: Partial<ConversationTurns> = {},
  ): Partial<Turn> | null => {
    const prompt = turnOf('t', { ...open, started: 'no', ...change })
    const remote = turnOf('other', { origin: 'remote', runs: ['r'], createdSeq: 2, ...other })
    const here = turnsOf({ queue: [prompt] })
    const there = remote.conversationId === 'c' ? { queue: [prompt] } : {}
    const turns = patchEntry(here, remote.conversationId, { ...there, ...rest, active: remote })
    return entryIn(takeOver(context(), turns, prompt, remote), remote.conversationId).active
  }
  test.each<[Turn['sendState'], Turn['sendState'], Turn['started']]>([
    ['sending', 'sending', 'unnamed'],
    ['accepted', 'sending', 'named'],
    ['accepted', 'unconfirmed', 'unnamed'],
    ['accepted', 'unconfirmed', 'named'],
  ])('is %s, where it was %s, and the turn had started: %s', (sendState, was, started) => {
    expect(taken({ sendState: was }, { started })).toMatchObject({ turnId: 't', sendState, started })
  })
  test('has what was merged into either', () => {
    const merged = taken({ mergedTurnIds: ['one'] }, { mergedTurnIds: ['two'] })
    expect(merged?.mergedTurnIds).toEqual(['one', 'two'])
  })
  test.each([
    ['of another run', ofRun, null],
    ['that names nobody', unnamed, unnamed],
  ])('does not have an end %s: of what was told of it %j is left', (_what, unconfirmedEnd, expected) => {
    expect(taken({ unconfirmedEnd }, {})?.unconfirmedEnd).toEqual(expected)
  })
  const failure = (message: string) => ({ message })
  test.each([
    ['the turn’s', 'its own', 'the turn’s'],
    [null, 'its own', 'its own'],
    ['the turn’s', null, 'the turn’s'],
  ])(
    'shows the status text and the error that were told of the turn (%p), else of it (%p)',
    (of, own, shown) => {
      const told = (by: string | null) => ({
        statusText: by,
        reportedError: by === null ? null : failure(by),
      })
      expect(taken(told(own), told(of))).toMatchObject(told(shown))
    },
  )
  test.each([
    ['it', 't', null],
    ['another turn', 'x', { turnId: 'x', conversationId: 'c' }],
  ])('is where a key had pointed at %s (%p): that points at %j', (_what, turnId, expected) => {
    const prompt = turnOf('t', { ...open, otherKeys: ['d'] })
    const remote = turnOf('other', { origin: 'remote', runs: ['r'], conversationId: 'd' })
    const movedTurn = { turnId, conversationId: 'c' }
    const turns = patchEntry(turnsOf({ queue: [prompt] }), 'd', { active: remote, movedTurn })
    expect(entryIn(takeOver(context(), turns, prompt, remote), 'd').movedTurn).toEqual(expected)
  })
  test('goes by the keys of both, but for the one where it is', () => {
    const keys = taken({ otherKeys: ['d', 'old'] }, { conversationId: 'd', otherKeys: ['c', 'old'] })
    expect(keys).toMatchObject({ conversationId: 'd', otherKeys: ['old', 'c'] })
  })
})

test('mirror: a prompt that nothing was told of is accepted now', () => {
  const after = accept(context(), turnsOf({ active: turnOf('t', open) }), {
    turnId: 't',
    conversationId: 'c',
  })
  expect(entryIn(after).active).toMatchObject({ sendState: 'accepted', acceptedAt: NOW })
})
