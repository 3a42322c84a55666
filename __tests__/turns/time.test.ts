/** What time does to a turn, and what a clock that was set back does to everything that is written down. */
import { turnDueAt, turnOverdue, shiftUnsentIfSetBack, wake } from '../../src/turns/time'
import { lastEnded } from '../../src/state/turns'
import type { ConversationTurns, Turn } from '../../src/types'
import { NOW, context, entryIn, stopOf, turnOf, turnsOf, unchecked, unsent } from './parts'

test.each([
  [true, 50, 90, true, 90],
  [true, 50, null, true, null],
  [false, 50, 90, true, 50],
  [false, 90, 50, true, 50],
  [false, 50, null, true, 50],
  [false, 50, 90, false, 90],
  [false, 50, null, false, null],
  [false, null, null, true, null],
  [false, null, 90, true, 90],
])(
  'a turn (checks %p, check at %p, limit %p, active %p) is due at %p',
  (checks, checkAt, limitAt, isActive, due) => {
    expect(turnDueAt(checks, turnOf('t', { checkAt, limitAt }), isActive)).toBe(due)
  },
)

describe('a turn that is overdue', () => {
  const late = (change: Partial<Turn>, more: Parameters<typeof context>[0] = { config: unchecked }) => {
    const turn = turnOf('t', { checkAt: NOW, ...change })
    const before = turnsOf({ active: turn })
    const payload = { turnId: 't', conversationId: 'c', evidenceSeq: turn.evidenceSeq }
    const after = turnOverdue(context(more), before, payload)
    const ended = lastEnded(after, 'c')
    const active = after === before ? 'the same' : entryIn(after)?.active
    return ended ? [ended.reason, ended.outcome, ended.grade] : active
  }
  const endedAt = (when: 'overdue' | 'heard of since') => {
    const active = turnOf('t', { limitAt: NOW, evidenceSeq: when === 'overdue' ? 5 : 6 })
    const payload = { turnId: 't', conversationId: 'c', evidenceSeq: 5 }
    return lastEnded(turnOverdue(context(), turnsOf({ active }), payload), 'c')?.error
  }
  test('ends at the hard limit, checks or not', () => {
    const ended = ['timeout', 'unknown', 'inferred']
    expect(late({ limitAt: NOW })).toEqual(ended)
    expect(late({ limitAt: NOW }, {})).toEqual(ended)
    expect(late({ limitAt: NOW + 1 }, {})).toBe('the same')
  })
  test('is told that it took too long', () => {
    expect(endedAt('overdue')).toEqual({
      message: 'The turn took longer than the hard limit allows.',
      code: 'hard_limit',
    })
    expect(endedAt('heard of since')).toBeUndefined()
  })
  test('is left to the status check where there is one, and before its time', () => {
    expect(late({}, {})).toBe('the same')
    expect(late({ checkAt: null })).toBe('the same')
    expect(late({ checkAt: NOW + 1 })).toBe('the same')
  })
  test('ends as it was stopped, or as an end was told that named nobody', () => {
    expect(late({ stop: stopOf('acknowledged') })).toEqual(['cancelled', 'cancelled', 'inferred'])
    const unconfirmedEnd = { reason: 'error', outcome: 'error', error: null, runId: null } as never
    expect(late({ unconfirmedEnd })).toEqual(['error', 'error', 'inferred'])
    expect(late({ unconfirmedEnd, sendState: 'sending' })).toMatchObject({ isStalled: true, checkAt: null })
  })
  test('is stalled where nothing was heard of it, not before it was to go on', () => {
    expect(late({})).toEqual(turnOf('t', { isStalled: true, checkAt: null }))
    expect(late({ resumesAt: NOW - 100 })).toMatchObject({ isStalled: true })
    expect(late({ resumesAt: NOW - 99 })).toMatchObject({ isStalled: false, checkAt: NOW + 1 })
  })
  test('was not delivered, where its answer was lost and nothing came of it', () => {
    const lost = { sendState: 'unconfirmed', started: 'no' } as const
    expect(late({ ...lost, acceptedAt: NOW - 40 })).toEqual(['undelivered', 'undelivered', 'inferred'])
    expect(late({ ...lost, acceptedAt: NOW - 39 })).toMatchObject({ isStalled: true, checkAt: NOW + 100 })
    expect(late({ ...lost, acceptedAt: null, startedAt: NOW - 40 })).toEqual([
      'undelivered',
      'undelivered',
      'inferred',
    ])
    expect(late({ ...lost, started: 'unnamed', acceptedAt: NOW - 40 })).toMatchObject({ isStalled: true })
    const held = { sendState: 'accepted', started: 'no', acceptedAt: NOW - 40 } as const
    expect(late(held)).toMatchObject({ isStalled: true, checkAt: null })
  })
})

const run = {
  runId: 'r',
  turnId: null,
  createdSeq: 1,
  startedAt: 500,
  lastEvidenceAt: 600,
  checkAt: 700,
} as never
const helper = {
  runId: 'h',
  role: 'child',
  startedAt: 500,
  expiresAt: 20_000,
  stop: stopOf('requested'),
} as never
const stopInFlight = { turnId: 't', nonce: 'n', at: 800 }
const full: Partial<ConversationTurns> = {
  active: turnOf('t', {
    limitAt: 50_000,
    firstEvidenceAt: 1_003,
    firstOutputAt: 1_004,
    resumesAt: 1_005,
    stop: stopOf('requested', { at: 1_006 }),
    lastEvidenceAt: 1_007,
  }),
  queue: [turnOf('held', { limitAt: null, checkAt: 9 }), unsent('u', { notBefore: NOW + 50 })],
  unplacedRuns: [run],
  backgroundRuns: [helper],
  stopsInFlight: [stopInFlight],
  scheduled: { at: 900, checkAt: 950 } as never,
  checkAt: 77,
  sessionCheckAt: 78,
}

describe('time that nobody observed', () => {
  const woken = (shiftMs: number, entry: Partial<ConversationTurns> = full, more = {}) => {
    const before = turnsOf(entry)
    const after = wake(context(more), before, shiftMs)
    return { seq: before.seq + 1, before: entryIn(before), after: entryIn(after) }
  }
  test('is added to deadlines; what runs is checked first, and what is past stays where it was', () => {
    const { before, after, seq } = woken(30)
    expect(after).toEqual({
      ...before,
      active: { ...before.active, isUnverified: true, checkAt: NOW, limitAt: 50_030 },
      queue: [{ ...before.queue[0], isUnverified: true, checkAt: null }, before.queue[1]],
      unplacedRuns: [{ ...(run as object), checkAt: NOW }],
      backgroundRuns: [{ ...(helper as object), expiresAt: 20_030 }],
      checkAt: NOW,
      checkReasonSeq: seq,
      sessionCheckAt: NOW,
    })
  })
  test('a clock that was set back: what was written down is as long ago as it was', () => {
    const { before, after, seq } = woken(-300)
    const [held, waiting] = before.queue
    const back = (turn: Turn) => ({
      ...turn,
      isUnverified: true,
      startedAt: turn.startedAt - 300,
      sentAt: turn.sentAt! - 300,
      acceptedAt: turn.acceptedAt! - 300,
      lastEvidenceAt: turn.lastEvidenceAt - 300,
    })
    expect(after).toEqual({
      ...before,
      active: {
        ...back(before.active!),
        checkAt: NOW,
        limitAt: 49_700,
        firstEvidenceAt: 703,
        firstOutputAt: 704,
        resumesAt: 705,
        stop: { ...before.active!.stop, at: 706 },
      },
      queue: [
        { ...back(held!), checkAt: null },
        { ...waiting, startedAt: 700, lastEvidenceAt: 700, notBefore: NOW - 250 },
      ],
      unplacedRuns: [{ ...(run as object), checkAt: NOW, startedAt: 200, lastEvidenceAt: 300 }],
      backgroundRuns: [
        {
          ...(helper as object),
          startedAt: 200,
          expiresAt: 19_700,
          stop: stopOf('requested', { at: NOW - 400 }),
        },
      ],
      stopsInFlight: [{ ...stopInFlight, at: 500 }],
      scheduled: { at: 600, checkAt: 650 },
      checkAt: NOW,
      checkReasonSeq: seq,
      sessionCheckAt: NOW,
    })
  })
  test.each<[string, Partial<ConversationTurns>, number, boolean]>([
    ['nothing', { checkReasonSeq: 1 }, 30, false],
    ['a message that waits', { queue: [unsent('u')] }, 30, false],
    ['a message that waits, the clock set back', { queue: [unsent('u')] }, -30, true],
    ['a message that has left behind one that waits', { queue: [unsent('u'), turnOf('held')] }, 30, true],
    ['a turn', { active: turnOf('t') }, 30, true],
    ['a check', { checkAt: 5 }, 30, true],
    ['a check of the session', { sessionCheckAt: 5 }, 30, true],
    ['a run', { unplacedRuns: [run] }, 30, true],
    ['a helper', { backgroundRuns: [helper] }, 30, true],
    ['a stop in flight', { stopsInFlight: [stopInFlight] }, 30, true],
    ['a wake-up that is planned', { scheduled: { at: 900, checkAt: 950 } as never }, 30, true],
  ])('%s: touched %p', (_what, entry, shiftMs, isTouched) => {
    const { before, after } = woken(shiftMs, entry)
    expect(after !== before).toBe(isTouched)
  })
  test('a turn is checked with its conversation; a session that was not checked by itself is not', () => {
    const { after } = woken(30, { active: turnOf('t') })
    expect([after.checkAt, after.sessionCheckAt]).toEqual([NOW, null])
    const alone = woken(30, { active: turnOf('t') }, { config: unchecked })
    expect(alone.after.active).toMatchObject({ isUnverified: true, checkAt: NOW })
  })
  test('a message that has not left stays as it is, to the reference', () => {
    const { before, after } = woken(30)
    expect(after.queue[1]).toBe(before.queue[1])
  })
  test.each([
    ['is not to leave yet', NOW + 1, NOW - 29, 700],
    ['may leave now', NOW, NOW, 700],
    ['was never to wait', 0, 0, null],
  ])(
    'a message that %s, by a clock that was set back: not before %d is %d',
    (_what, notBefore, is, sentAt) => {
      const queue = [unsent('u', { notBefore, sentAt: sentAt === null ? null : sentAt + 30 })]
      expect(woken(-30, { queue }).after.queue).toMatchObject([{ notBefore: is, sentAt }])
    },
  )
  test('without a status check no check is planned for a conversation', () => {
    const { after } = woken(30, { ...full, checkAt: 77, checkReasonSeq: 3 }, { config: unchecked })
    expect([after.checkAt, after.checkReasonSeq]).toEqual([77, 3])
    const idle = woken(30, { checkAt: 5 }, { config: unchecked })
    expect(idle.after).toBe(idle.before)
  })
})

describe('an entry that was written down in the future', () => {
  const shifted = (entry: Partial<ConversationTurns>) => {
    const before = entryIn(turnsOf(entry))
    const after = shiftUnsentIfSetBack(context(), before)
    return after === before ? 'the same' : after.queue.map(({ startedAt }) => startedAt)
  }
  const future = NOW + 25
  test.each<[string, Partial<ConversationTurns>]>([
    ['the message itself', { queue: [unsent('u', { startedAt: future })] }],
    ['its evidence', { queue: [unsent('u', { startedAt: NOW, lastEvidenceAt: future })] }],
    ['the start of the turn in front', { active: turnOf('t', { startedAt: future }) }],
    ['its send', { active: turnOf('t', { sentAt: future }) }],
    ['its acceptance', { active: turnOf('t', { acceptedAt: future }) }],
    ['its stop', { active: turnOf('t', { stop: stopOf('wanted', { at: future }) }) }],
    ['a run', { unplacedRuns: [{ ...(run as object), startedAt: future } as never] }],
    ['what a run showed', { unplacedRuns: [{ ...(run as object), lastEvidenceAt: future } as never] }],
    ['a stop in flight', { stopsInFlight: [{ ...stopInFlight, at: future }] }],
  ])('%s tells how far the clock was set back', (_what, entry) => {
    const queue = entry.queue ?? [unsent('u', { startedAt: NOW })]
    expect(shifted({ ...entry, queue })).toEqual([queue[0]!.startedAt - 25])
  })
  test('what is still to come tells nothing, and what has left is not shifted', () => {
    expect(shifted({ queue: [unsent('u', { startedAt: NOW, notBefore: future })] })).toBe('the same')
    expect(shifted({ active: turnOf('t', { startedAt: future }), queue: [] })).toBe('the same')
    const queue = [turnOf('held', { startedAt: future }), unsent('u', { startedAt: future })]
    expect(shifted({ queue })).toEqual([future, NOW])
  })
})
