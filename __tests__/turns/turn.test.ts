/** What follows from the fields of one turn alone, at and on both sides of each limit. */
import {
  canBeRunOf,
  checkBy,
  earliest,
  isDelivered,
  isIdleBelieved,
  isSendOverdue,
  isSilent,
  isUnbound,
  limitFrom,
  nextCheckAt,
  stopAfterEvidence,
  watchedTurn,
} from '../../src/turns/turn'
import type { StopIntent, Turn } from '../../src/types'
import { NOW, config, stopOf, turnOf, unsent } from './parts'

test.each<[string, Partial<Turn>, number]>([
  ['heard of', {}, 100],
  ['unverified', { isUnverified: true }, 7],
  ['being stopped', { stop: stopOf('wanted') }, 7],
  ['sent, not answered', { sendState: 'sending', started: 'no' }, 10],
  ['sent, not answered, unverified', { sendState: 'sending', started: 'no', isUnverified: true }, 10],
  ['sent, not answered, at work', { sendState: 'sending', started: 'unnamed' }, 100],
  ['accepted, not started', { started: 'no' }, 100],
])('a turn that is %s is checked next', (_what, change, pause) => {
  expect(nextCheckAt(config, turnOf('t', change), NOW)).toBe(NOW + pause)
  expect(watchedTurn(config, turnOf('t'), change, NOW)).toEqual(
    turnOf('t', { ...change, checkAt: NOW + pause }),
  )
})

describe('an idle that nobody named is believed', () => {
  const check = { seq: 5, at: NOW }
  test.each<[string, Partial<Turn>, boolean]>([
    ['of one at work', {}, true],
    ['not of one with newer evidence', { evidenceSeq: 6 }, false],
    ['of one with evidence as old', { evidenceSeq: 5 }, true],
    ['not of one that was made since', { createdSeq: 6, evidenceSeq: 1 }, false],
    ['not while its request is open', { sendState: 'sending', started: 'unnamed' }, false],
    ['of one that named itself, though its request is open', { sendState: 'sending' }, true],
    ['in the registration window not', { started: 'no', acceptedAt: NOW - 39 }, false],
    ['after the registration window', { started: 'no', acceptedAt: NOW - 40 }, true],
    [
      'counted from its start where it was not accepted',
      { started: 'no', acceptedAt: null, startedAt: NOW - 39 },
      false,
    ],
    ['at once after an error', { started: 'no', acceptedAt: NOW, reportedError: { message: 'x' } }, true],
    [
      'not at once after an error of one that is held',
      { started: 'no', acceptedAt: NOW, reportedError: { message: 'x' }, sendState: 'server_queued' },
      false,
    ],
    ['of one taken back before, in silence', { revocations: 1, lastEvidenceAt: NOW - 40 }, true],
    ['of one taken back before, not sooner', { revocations: 1, lastEvidenceAt: NOW - 39 }, false],
    ['of one taken back twice, in twice the silence', { revocations: 2, lastEvidenceAt: NOW - 80 }, true],
    ['of one taken back twice, not sooner', { revocations: 2, lastEvidenceAt: NOW - 79 }, false],
    ['of one taken back more often, no later', { revocations: 9, lastEvidenceAt: NOW - 80 }, true],
  ])('%s', (_what, change, isBelieved) => {
    expect(isIdleBelieved(config, turnOf('t', { lastEvidenceAt: NOW, ...change }), check)).toBe(isBelieved)
  })
})

test.each<[Partial<Turn>, number, boolean]>([
  [{ sendState: 'sending', started: 'no' }, 1_301, true],
  [{ sendState: 'sending', started: 'no' }, 1_300, false],
  [{ sendState: 'sending', started: 'no', sentAt: null }, 1_300, true],
  [{ sendState: 'sending', started: 'unnamed' }, 1_301, true],
  [{ sendState: 'sending', started: 'named' }, 9_000, false],
  [{ sendState: 'accepted', started: 'no' }, 9_000, false],
])('the request of a send is overdue: %j at %d: %p', (change, at, isOverdue) => {
  expect(isSendOverdue(config, turnOf('t', change), { at })).toBe(isOverdue)
})

test('silence counts from the newest evidence, or from when it said that it goes on', () => {
  const silent = (change: Partial<Turn>, at: number) => isSilent(config, turnOf('t', change), at)
  expect([silent({ lastEvidenceAt: 500 }, 600), silent({ lastEvidenceAt: 500 }, 599)]).toEqual([true, false])
  const resumes = { lastEvidenceAt: 500, resumesAt: 700 }
  expect([silent(resumes, 800), silent(resumes, 799)]).toEqual([true, false])
})

test('a run that began before the prompt left is not its; any may be one from elsewhere', () => {
  const isRun = (at: number, change: Partial<Turn> = {}) => canBeRunOf(turnOf('t', change), at)
  expect([isRun(1_001), isRun(1_000), isRun(1_000, { sentAt: null }), isRun(999, { sentAt: null })]).toEqual([
    true,
    false,
    true,
    false,
  ])
  expect(isRun(0, { origin: 'remote' })).toBe(true)
})

test('small words', () => {
  expect([turnOf('t'), turnOf('t', { sendState: 'server_queued' }), unsent('t')].map(isDelivered)).toEqual([
    true,
    true,
    false,
  ])
  expect([turnOf('t'), turnOf('t', { runs: ['r'] }), unsent('t')].map(isUnbound)).toEqual([
    true,
    false,
    false,
  ])
  expect([limitFrom(config, 1), limitFrom({ ...config, hardLimit: null }, 1)]).toEqual([5_001, null])
  expect([
    earliest(null, 2),
    earliest(1, null),
    earliest(1, 2),
    earliest(2, 1),
    earliest(null, null),
  ]).toEqual([2, 1, 1, 1, null])
  expect([checkBy({ checkAt: null }, 5), checkBy({ checkAt: 3 }, 5), checkBy({ checkAt: 9 }, 5)]).toEqual([
    5, 3, 5,
  ])
})

describe('a stop, after evidence that the turn runs', () => {
  const recently = { at: NOW - 6 }
  const long = { at: NOW - 7 }
  const before = { turnHadStarted: false }
  test.each<[string, StopIntent, StopIntent['state'], boolean]>([
    ['wanted stays so', stopOf('wanted'), 'wanted', false],
    ['requested stays so', stopOf('requested', { nonce: 'n' }), 'requested', false],
    ['wanted before the start stays so', stopOf('wanted', before), 'wanted', false],
    ['requested before the start stays so', stopOf('requested', before), 'requested', false],
    ['acknowledged just now is waited for', stopOf('acknowledged', recently), 'acknowledged', false],
    ['acknowledged a while ago was not heeded', stopOf('acknowledged', long), 'unheeded', false],
    [
      'acknowledged before the start is wanted again',
      stopOf('acknowledged', { ...recently, ...before }),
      'wanted',
      false,
    ],
    ['unheeded stays so', stopOf('unheeded'), 'unheeded', false],
    ['unconfirmed is wanted again', stopOf('unconfirmed', recently), 'wanted', false],
    [
      'one lost answer does not count',
      stopOf('unconfirmed', { ...recently, lostAnswers: 1 }),
      'wanted',
      false,
    ],
    [
      'two lost answers do, for a while',
      stopOf('unconfirmed', { ...recently, lostAnswers: 2 }),
      'unconfirmed',
      false,
    ],
    ['two lost answers, later', stopOf('unconfirmed', { ...long, lostAnswers: 2 }), 'wanted', false],
    [
      'deferred before the start is wanted again',
      stopOf('deferred', { ...recently, ...before }),
      'wanted',
      false,
    ],
    ['deferred waits for a check', stopOf('deferred', { ...recently, refusals: 1 }), 'deferred', false],
    ['deferred, found running by a check', stopOf('deferred', { ...recently, refusals: 1 }), 'wanted', true],
    ['deferred twice waits also then', stopOf('deferred', { ...recently, refusals: 2 }), 'deferred', true],
    ['deferred twice, later', stopOf('deferred', { ...long, refusals: 2 }), 'wanted', true],
  ])('%s', (_what, stop, state, isChecked) => {
    const next = stopAfterEvidence(config, turnOf('t', { stop }), NOW, isChecked)
    expect(next).toEqual(state === stop.state ? stop : { ...stop, state, nonce: null })
    if (state === stop.state) expect(next).toBe(stop)
  })
  test('deferred waits for a check, where it is not said that there was one', () => {
    const stop = stopOf('deferred', { ...recently, refusals: 1 })
    expect(stopAfterEvidence(config, turnOf('t', { stop }), NOW)).toBe(stop)
  })
  test('none stays none', () => {
    expect(stopAfterEvidence(config, turnOf('t'), NOW)).toBeNull()
  })
})
