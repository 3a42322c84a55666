/** Law 23: bad input neither throws out of a dispatch nor changes a turn. It is reported, once per kind. */
import { endTurn, turnSubmitted } from 'redux-turnkeeper'
import type { KeeperFeature } from 'redux-turnkeeper'
import { createLab } from './lab'
import { NAMES, TYPES, createRichLab, open, payloads, raw } from './payloads'

const cyclic = (): object => {
  const object: Record<string, unknown> = {}
  return Object.assign(object, { self: object, conversationId: object, turnId: object })
}
const throwing = (): object =>
  Object.defineProperty({}, 'turnId', {
    enumerable: true,
    get: () => {
      throw new Error('no')
    },
  })
const BAD: readonly (readonly [string, () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['a number', () => 7],
  ['a string', () => 'text'],
  ['a function', () => () => undefined],
  ['an array', () => [1, 2]],
  ['a cyclic object', cyclic],
  ['a getter that throws', throwing],
]

describe('law 23: a payload that is none', () => {
  test.each(NAMES)('of %s: changes nothing, and is reported once', async (name) => {
    const { tries, problems } = open(await createRichLab())
    const found = BAD.map(([what, make]) => `${what}: ${tries(raw(name, make()))}`)
    expect(found).toEqual(BAD.map(([what]) => `${what}: nothing`))
    tries(raw(name, null))
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toContain(TYPES[name])
  })
})

/** What may hold anything: it is handed through. */
const UNTYPED: ReadonlySet<string> = new Set(['input', 'prompt', 'stamp'])
/** Of these only certain words are known. */
const WORDS: ReadonlySet<string> = new Set(['reason', 'outcome', 'grade', 'how', 'role', 'mode', 'as'])
/** Of these no value is as good as one: the row has none. */
const NULLABLE: Readonly<Record<string, string>> = { retryAt: 'number' }
const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value

/** What an action may do without, where it is wrong: the rest of it counts. An error that is a text becomes one with a message. */
const DISPENSABLE: ReadonlySet<string> = new Set(
  'error outcome grade startedMsAgo attempt inMs count text name callId kind prompt by role code retryAfterMs expiresInMs expiresAt'.split(
    ' ',
  ),
)

describe('law 23: a field of the wrong type', () => {
  const WRONG: readonly unknown[] = [7, 'word', true, {}, [1], cyclic(), () => undefined]

  test.each(NAMES)('of %s: changes nothing but what the rest of it says, and is reported', async (name) => {
    const lab = await createRichLab(name)
    const [changes] = payloads(lab)[name]
    const found: string[] = []
    for (const [field, right] of Object.entries(changes)) {
      if (UNTYPED.has(field)) continue
      const { [field as never]: _left, ...rest } = changes as Readonly<Record<string, unknown>>
      for (const wrong of WRONG) {
        const kind = right === null ? NULLABLE[field] : kindOf(right)
        if (kindOf(wrong) === kind && !WORDS.has(field)) continue
        const isText = field === 'error' && typeof wrong === 'string'
        const good = isText ? { ...rest, error: { message: wrong } } : rest
        const expected = DISPENSABLE.has(field) ? open(lab).tries(raw(name, good)) : 'nothing'
        const { tries, problems } = open(lab)
        const came = tries(raw(name, { ...changes, [field]: wrong }))
        if (came !== expected || problems.length !== 1)
          found.push(`${field}: ${kindOf(wrong)}: ${came}, not ${expected}, ${problems.length} problems`)
      }
    }
    expect(found).toEqual([])
  })

  test.each(NAMES)('a field that %s cannot do without', async (name) => {
    const lab = await createRichLab(name)
    const [changes] = payloads(lab)[name]
    for (const field of Object.keys(changes)) {
      const { [field as never]: _left, ...rest } = changes
      expect(open(lab).tries(raw(name, rest))).not.toMatch(/^threw/)
    }
  })

  test.each(NAMES)('strings that are very long: %s', async (name) => {
    const lab = await createRichLab(name)
    const [changes] = payloads(lab)[name]
    const long = Object.entries(changes).map(([field, value]) => [
      field,
      typeof value === 'string' ? 'x'.repeat(1_000_000) : value,
    ])
    expect(open(lab).tries(raw(name, Object.fromEntries(long)))).not.toMatch(/^threw/)
  })
})

test('law 12: a stop that is lost each time is asked for at intervals, not in a loop of stop and status check', async () => {
  let asked = 0
  const stopTurn = () =>
    asked++ < 100 ? Promise.reject(new Error('offline')) : new Promise<never>(() => undefined)
  const lab = createLab({}, { ports: (ports) => ({ ...ports, stopTurn }) })
  await lab.start()
  await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
  expect(asked).toBeLessThan(3)
})

describe('law 23: a word that nobody waits for', () => {
  test.each([
    ['answerLost', { error: { message: 'bad' } }],
    ['answerRefused', { reason: 'error' }],
    ['answerRefused', { reason: 'gone' }],
    ['answerAccepted', {}],
  ] as const)('%s %p of a question that is not open', async (name, more) => {
    const { tries } = open(await createRichLab())
    for (const conversationId of ['nowhere', 'c1'])
      expect(tries(raw(name, { conversationId, requestId: 'none', nonce: 'n', ...more }))).toBe('nothing')
  })

  test('a steer that is told twice is one text', async () => {
    const { tries } = open(await createRichLab())
    const steer = raw('turnSteered', { conversationId: 'c1', turnId: 't1', steerId: 's', input: 'x' })
    expect([tries(steer), tries(steer)]).toEqual(['changed conversations', 'nothing'])
  })
})

describe('law 23: an app’s own function that throws', () => {
  test('onTurnEnded that throws: the turn has ended all the same, and onError hears of it', async () => {
    const heard: string[] = []
    const lab = createLab({
      onTurnEnded: () => {
        throw new Error('in onTurnEnded')
      },
      onError: (_error, { raisedBy }) => void heard.push(raisedBy),
    })
    await lab.start()
    await lab.end({ conversationId: 'c1', reason: 'complete' })
    expect([lab.busy(), heard]).toEqual([false, ['onTurnEnded']])
  })

  test('an effect of a feature that throws: onError hears of it', async () => {
    const broken: KeeperFeature = {
      name: 'broken',
      reducer: (state = 0) => state,
      listeners: [
        ({ startListening }) =>
          startListening({
            actionCreator: turnSubmitted,
            effect: () => {
              throw new Error('in an effect')
            },
          }),
      ],
    }
    const heard: string[] = []
    const onError = (_error: unknown, { raisedBy }: { readonly raisedBy: string }) =>
      void heard.push(raisedBy)
    const lab = createLab({ onError }, { features: [broken] })
    await lab.submit()
    expect([heard, lab.sent()]).toEqual([['listener'], ['t1']])
  })

  test('onProblem: nothing comes out of the dispatch', async () => {
    const lab = createLab({
      onProblem: () => {
        throw new Error('in onProblem')
      },
      onError: () => undefined,
    })
    expect(() => lab.store.dispatch(raw('turnStarted', { turnId: 7 }))).not.toThrow()
  })
})

describe('law 23: a number that is none changes nothing', () => {
  test.each([
    ['woke', 'shiftMs'],
    ['statusCheckEnded', 'nextAt'],
    ['queueClaimStarted', 'retryAt'],
    ['turnOverdue', 'evidenceSeq'],
  ] as const)('%s: %s', async (name, field) => {
    const lab = await createRichLab()
    const [changes] = payloads(lab)[name]
    for (const wrong of [Number.NaN, Infinity, -Infinity])
      expect([wrong, open(lab).tries(raw(name, { ...changes, [field]: wrong }))]).toEqual([wrong, 'nothing'])
  })
})

describe('law 23: one bad field does not lose a good end (letter T)', () => {
  const ERRORS: readonly (readonly [string, unknown, string])[] = [
    ['a text', 'boom', 'boom'],
    ['an Error', new TypeError('boom'), 'boom'],
    ['an Error without a message', new RangeError(), 'RangeError'],
    ['an object that has a message', { message: 'boom', stack: ['x'] }, 'boom'],
    ['a number', 7, 'The turn failed.'],
    ['a list', ['boom'], 'The turn failed.'],
    ['an object without one', { code: 500 }, 'The turn failed.'],
  ]

  test.each(ERRORS)('an error that is %s', async (_what, error, message) => {
    for (const name of ['turnEnded', 'endTurn'] as const) {
      const lab = createLab()
      await lab.start()
      lab.store.dispatch(raw(name, { turnId: 't1', reason: 'error', error }))
      await lab.dispatch()
      expect(lab.ends()).toEqual(['t1 error error witnessed'])
      expect(lab.last()?.error?.message).toBe(message)
      expect(lab.error()).toBe(message)
      expect(JSON.parse(JSON.stringify(lab.last()))).toEqual(lab.last())
    }
  })

  test('an outcome or a grade that nobody knows', async () => {
    const lab = createLab()
    await lab.start()
    const payload = { turnId: 't1', reason: 'complete', outcome: 'splendid', grade: 7 }
    await lab.dispatch(raw('turnEnded', payload))
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect(lab.problems.map(({ kind }) => kind)).toEqual([`malformed ${TYPES.turnEnded}`])
  })

  test('mirror: an end whose turn or reason cannot be read ends nothing', async () => {
    const lab = createLab()
    await lab.start()
    const before = lab.live()
    await lab.dispatch(
      raw('turnEnded', { turnId: 7, conversationId: 'c1', reason: 'complete' }),
      raw('turnEnded', { turnId: 't1', reason: 'because' }),
    )
    expect(lab.live()).toBe(before)
  })
})

test('law 23: what was wrong is reported with the payload that was', async () => {
  const lab = createLab()
  const payload = { turnId: 'nobody', conversationId: 'c1', reason: 'complete' } as const
  await lab.dispatch(endTurn(payload))
  expect(lab.problems).toMatchObject([{ kind: 'unknown turn', detail: payload }])
})
