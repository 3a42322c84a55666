/** The options: what is out of range is said at once, by name; what is left out has the default that the types promise. */
import {
  assistantDefaults,
  createTurnkeeper,
  createTurnSlices,
  endTurn,
  streamDropped,
  turnStarted,
} from 'redux-turnkeeper'
import type { AssistantPorts, Ports, TurnkeeperOptions } from 'redux-turnkeeper'
import { createLab } from './laws/lab'

type Name = keyof TurnkeeperOptions

const create = (options: object) => () => createTurnkeeper(options)

/** Values that no duration or count can have. */
const NO_NUMBERS = ['5', Number.NaN, Infinity, -1, {}, [], true] as const
const NO_FUNCTIONS = ['log', 5, {}, null] as const
const NO_WORDS = ['Queue', '', 5, {}] as const
const positive = [...NO_NUMBERS, 0]

const said = (value: unknown): string =>
  Array.isArray(value)
    ? 'an array'
    : typeof value === 'object' && value !== null
      ? 'an object'
      : String(value)

/** Of every option there is: values that it does not take, and what the error says that it takes. */
const WRONG: Readonly<
  Record<
    Exclude<Name, 'ports' | 'clock' | 'environment' | 'reducerPaths'>,
    readonly [readonly unknown[], string]
  >
> = {
  ackTimeout: [positive, 'a time in ms of at least 1'],
  lookUpAfter: [positive, 'a time in ms of at least 1'],
  recheckAfter: [positive, 'a time in ms of at least 1'],
  registrationWindow: [NO_NUMBERS, 'a time in ms of at least 0'],
  lookUpTimeout: [positive, 'a time in ms of at least 1'],
  maxBackoff: [positive, 'a time in ms of at least 1'],
  hardLimit: [positive, 'a time in ms of at least 1'],
  historySize: [positive, 'a number of at least 1'],
  sideRunExpiry: [positive, 'a time in ms of at least 1'],
  progressInterval: [NO_NUMBERS, 'a time in ms of at least 0'],
  holdSendWhileStopping: [NO_NUMBERS, 'a time in ms of at least 0'],
  sendWhileBusy: [NO_WORDS, 'one of "queue", "send"'],
  onUserStop: [NO_WORDS, 'one of "drain", "hold"'],
  stopScope: [NO_WORDS, 'one of "turn", "conversation"'],
  onTurnEnded: [NO_FUNCTIONS, 'a function'],
  onProblem: [NO_FUNCTIONS, 'a function'],
  onError: [NO_FUNCTIONS, 'a function'],
  rehydrate: [NO_FUNCTIONS, 'a function'],
  random: [NO_FUNCTIONS, 'a function'],
  createId: [NO_FUNCTIONS, 'a function'],
  initTimeout: [positive, 'a time in ms of at least 1'],
  maxRecoveries: [NO_NUMBERS, 'a number of at least 0'],
  maxHatchFailures: [positive, 'a number of at least 1'],
  assistantPollInterval: [positive, 'a time in ms of at least 1'],
  assistantPollBackoff: [[...positive, 0.5], 'a number of at least 1'],
  assistantCheckTimeout: [positive, 'a time in ms of at least 1'],
  assistantCapacityCodes: [['at_capacity', 5, {}], 'an array of codes'],
}

const PORTS: Readonly<Record<Exclude<keyof (Ports & AssistantPorts), 'sharedQueue'>, true>> = {
  sendTurn: true,
  stopTurn: true,
  answerInput: true,
  fetchStatus: true,
  openStream: true,
  stopSession: true,
  listSessions: true,
  getAssistant: true,
  hatchAssistant: true,
  retireAssistant: true,
  probeAssistant: true,
}

describe('an option that is out of its range', () => {
  const cases = Object.entries(WRONG).flatMap(([name, [values, takes]]) =>
    values.map((value) => [name, value, takes] as const),
  )

  test.each(cases)('%s: %p', (name, value, takes) => {
    const message = `createTurnkeeper: option "${name}" must be ${takes}; it was given ${said(value)}.`
    expect(create({ [name]: value })).toThrow(TypeError)
    expect(create({ [name]: value })).toThrow(message)
  })

  test.each(Object.keys(PORTS))('the port %s, where it is no function', (port) => {
    expect(create({ ports: { [port]: 'https://example.com' } })).toThrow(
      `createTurnkeeper: option "ports": "${port}" must be a function; leave it out where there is none.`,
    )
  })

  test.each([
    ['ports', 5],
    ['ports', { sharedQueue: 5 }],
    ['ports', { sendTurns: () => undefined }],
    ['clock', 5],
    ['clock', {}],
    ['environment', {}],
    ['reducerPaths', { turns: 5 }],
    ['reducerPaths', { turns: 'x', conversations: 'x' }],
    ['ackTimeout', Object.create(null)],
    ['ackTimout', 5],
  ])('%s: %p is said by name', (name, value) => {
    expect(create({ [name]: value })).toThrow(TypeError)
    expect(create({ [name]: value })).toThrow(`"${name}"`)
  })

  test('is said by createTurnSlices too', () => {
    expect(() => createTurnSlices({ historySize: 0 })).toThrow('option "historySize"')
  })
})

describe('mirror: an option that is in its range, or left out', () => {
  const least = ([, [, takes]]: readonly [string, readonly [unknown, string]]): unknown =>
    /^a (number|time)/.test(takes)
      ? Number(takes.at(-1))
      : takes === 'a function'
        ? () => undefined
        : undefined

  test.each(Object.entries(WRONG).map((entry) => [entry[0], least(entry)] as const))(
    '%s: %p, and undefined',
    (name, value) => {
      expect(create({ [name]: value })).not.toThrow()
      expect(create({ [name]: undefined })).not.toThrow()
    },
  )

  test('words, lists, no hard limit and ports that are not there', () => {
    expect(
      create({
        sendWhileBusy: 'send',
        onUserStop: 'hold',
        stopScope: 'conversation',
        hardLimit: null,
        assistantCapacityCodes: [],
        ports: { sendTurn: undefined },
      }),
    ).not.toThrow()
  })
})

describe('the defaults, ms', () => {
  /** When, after now, the first look-up leaves; looked for each half second. */
  const firstLook = async (lab: ReturnType<typeof createLab>) => {
    const from = lab.backend.of('status').length
    const start = lab.clock.now()
    while (lab.backend.of('status').length === from && lab.clock.now() - start < 120_000)
      await lab.advance(500)
    return lab.clock.now() - start
  }

  test('a send without an answer is looked up after 20 s', async () => {
    const lab = createLab()
    await lab.submit()
    expect(await firstLook(lab)).toBe(20_000)
  })

  test('a turn of which nothing is heard is stalled, and looked up, after 10 s', async () => {
    const lab = createLab()
    await lab.start()
    expect(await firstLook(lab)).toBe(10_000)
    expect(lab.live()?.stalled).toBe(true)
  })

  test('after 5 s while it is unverified', async () => {
    const lab = createLab({}, { ports: ({ openStream: _none, ...ports }) => ports })
    await lab.start()
    await lab.dispatch(streamDropped({}))
    expect(await firstLook(lab)).toBe(5_000)
  })

  test('after 5 s while it is stopping', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    lab.backend.accept('stop')
    await lab.dispatch()
    expect(await firstLook(lab)).toBe(5_000)
  })

  test.each([
    [19_000, true],
    [20_000, false],
  ])('"idle" %d ms after it was accepted, and no life since: busy is %p', async (after, busy) => {
    const lab = createLab()
    await lab.accept()
    lab.backend.auto.delete('status')
    for (let passed = 0; passed < after; passed += 1_000) {
      await lab.advance(1_000)
      if (lab.backend.of('status', 'pending').length > 0) await lab.answer({ c1: { status: 'no_status' } })
    }
    await lab.lookUp()
    await lab.answer({ c1: { status: 'idle' } })
    expect(lab.busy()).toBe(busy)
  })

  test('a look-up without an answer is given up after 15 s', async () => {
    const lab = createLab()
    await lab.start()
    await lab.lookUp()
    const { signal } = lab.backend.of('status')[0]!
    await lab.advance(14_999)
    expect(signal.aborted).toBe(false)
    await lab.advance(1)
    expect(signal.aborted).toBe(true)
  })

  test('there is no hard limit', async () => {
    const lab = createLab({ ports: {} })
    await lab.dispatch(turnStarted({ conversationId: 'c1', turnId: 't1' }))
    await lab.advance(48 * 3_600_000, 3_600_000)
    expect(lab.live()?.turnId).toBe('t1')
  })

  test('100 ended turns are remembered, or as many as the option says', async () => {
    for (const [options, size] of [
      [{}, 100],
      [{ historySize: 3 }, 3],
    ] as const) {
      const lab = createLab(options)
      for (let i = 0; i < 102; i++) {
        lab.store.dispatch(turnStarted({ conversationId: 'c1', turnId: `t${i}` }))
        lab.store.dispatch(endTurn({ turnId: `t${i}`, reason: 'complete' }))
      }
      expect([lab.history().length, lab.history().at(-1)?.turnId]).toEqual([size, 't101'])
    }
  })

  test('progress passes once a second; a prompt queues; the queue goes on after a stop', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2')
    expect(lab.queue()).toEqual(['t2'])
    for (let i = 0; i < 20; i++) {
      await lab.progress()
      await lab.advance(100)
    }
    expect(lab.recorder.types('turns/progressed')).toHaveLength(2)
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    await lab.frameEnd({ runId: 'r-t1', reason: 'cancelled' })
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('those of the assistant', () => {
    expect(assistantDefaults).toEqual({
      initTimeout: 300_000,
      maxRecoveries: 3,
      maxHatchFailures: 3,
      assistantPollInterval: 3_000,
      assistantPollBackoff: 1,
      assistantCheckTimeout: 15_000,
      assistantCapacityCodes: ['at_capacity', 'platform_hosted_disabled'],
    })
  })
})
