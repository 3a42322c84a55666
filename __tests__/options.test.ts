/** The options: what is out of range is said at once, by name; what is left out has the default that the types promise. */
import { createTurnkeeper, endTurn, signals } from 'redux-turnkeeper'
import type { Ports, TurnkeeperOptions } from 'redux-turnkeeper'
import { assistantDefaults } from '../src/assistant'
import { assistant } from 'redux-turnkeeper/assistant'
import type { AssistantOptions, AssistantPorts } from 'redux-turnkeeper/assistant'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import { createManualEnvironment } from 'redux-turnkeeper/testing'
import { createLab } from './laws/lab'

type Name = keyof TurnkeeperOptions
type Wrong<Names extends string> = Readonly<Record<Names, readonly [readonly unknown[], string]>>

const create = (options: object) => () => createTurnkeeper(options)
const createAssistant = (options: object) => () => assistant(options)

/** Values that no duration or count can have. */
const NO_NUMBERS = ['5', Number.NaN, Infinity, -1, {}, [], true] as const
const NO_FUNCTIONS = ['log', 5, {}, null] as const
const NO_WORDS = ['Queue', '', 5, {}] as const
const NO_FLAGS = ['true', 1, 0, {}] as const
const positive = [...NO_NUMBERS, 0]

const said = (value: unknown): string =>
  Array.isArray(value)
    ? 'an array'
    : typeof value === 'object' && value !== null
      ? 'an object'
      : String(value)

/** Of every option there is: values that it does not take, and what the error says that it takes. */
const WRONG: Wrong<Exclude<Name, 'ports' | 'clock' | 'environment' | 'features'>> = {
  reducerPath: [[5, {}, []], 'a string'],
  connection: [['codex', 5, {}, []], 'what a function such as connectCodex makes'],
  selectState: [NO_FUNCTIONS, 'a function'],
  runWithoutPage: [NO_FLAGS, 'true or false'],
  sendTimeout: [positive, 'a time in ms of at least 1'],
  ackTimeout: [positive, 'a time in ms of at least 1'],
  stallTimeout: [positive, 'a time in ms of at least 1'],
  recheckInterval: [positive, 'a time in ms of at least 1'],
  registrationWindow: [NO_NUMBERS, 'a time in ms of at least 0'],
  statusTimeout: [positive, 'a time in ms of at least 1'],
  maxBackoff: [positive, 'a time in ms of at least 1'],
  hardLimit: [positive, 'a time in ms of at least 1'],
  historySize: [positive, 'a number of at least 1'],
  backgroundRunExpiry: [positive, 'a time in ms of at least 1'],
  progressInterval: [NO_NUMBERS, 'a time in ms of at least 0'],
  holdSendWhileStopping: [NO_NUMBERS, 'a time in ms of at least 0'],
  sendWhileBusy: [NO_WORDS, 'one of "queue", "send"'],
  queuePolicy: [
    [5, 'hold', { onStop: 'maybe' }, { onEnd: 'hold' }],
    'an object with "onStop", "onError" or "onLimit", each "drain" or "hold"',
  ],
  onTextWhileAsking: [NO_WORDS, 'one of "queue", "answer", "cancel"'],
  answerFromText: [NO_FUNCTIONS, 'a function'],
  onInputOpened: [NO_FUNCTIONS, 'a function'],
  onInputClosed: [NO_FUNCTIONS, 'a function'],
  stopScope: [NO_WORDS, 'one of "turn", "conversation"'],
  onTurnEnded: [NO_FUNCTIONS, 'a function'],
  onProblem: [NO_FUNCTIONS, 'a function'],
  onError: [NO_FUNCTIONS, 'a function'],
  rehydrate: [NO_FUNCTIONS, 'a function'],
  random: [NO_FUNCTIONS, 'a function'],
  createId: [NO_FUNCTIONS, 'a function'],
}

/** The same of the assistant's. */
const WRONG_ASSISTANT: Wrong<keyof AssistantOptions> = {
  initTimeout: [positive, 'a time in ms of at least 1'],
  maxRecoveries: [NO_NUMBERS, 'a number of at least 0'],
  maxHatchFailures: [positive, 'a number of at least 1'],
  stableAfter: [NO_NUMBERS, 'a time in ms of at least 0'],
  pollInterval: [positive, 'a time in ms of at least 1'],
  pollBackoff: [[...positive, 0.5], 'a number of at least 1'],
  checkTimeout: [positive, 'a time in ms of at least 1'],
  capacityCodes: [['at_capacity', 5, {}], 'an array of codes'],
}

const PORTS: Readonly<Record<keyof Ports, true>> = {
  sendTurn: true,
  stopTurn: true,
  stopBackgroundRun: true,
  answerInput: true,
  answerInputs: true,
  changeQueued: true,
  fetchStatus: true,
  openStream: true,
  stopSession: true,
  listSessions: true,
}
const ASSISTANT_PORTS: Readonly<Record<keyof AssistantPorts, true>> = {
  getAssistant: true,
  hatchAssistant: true,
  retireAssistant: true,
  probeAssistant: true,
}

const casesOf = (wrong: Wrong<string>) =>
  Object.entries(wrong).flatMap(([name, [values, takes]]) =>
    values.map((value) => [name, value, takes] as const),
  )

describe('an option that is out of its range', () => {
  test.each(casesOf(WRONG))('%s: %p', (name, value, takes) => {
    const message = `createTurnkeeper: option "${name}" must be ${takes}; it was given ${said(value)}.`
    expect(create({ [name]: value })).toThrow(TypeError)
    expect(create({ [name]: value })).toThrow(message)
  })

  test.each(casesOf(WRONG_ASSISTANT))('of the assistant, %s: %p', (name, value, takes) => {
    const message = `assistant: option "${name}" must be ${takes}; it was given ${said(value)}.`
    expect(createAssistant({ [name]: value })).toThrow(TypeError)
    expect(createAssistant({ [name]: value })).toThrow(message)
  })

  test.each(Object.keys(PORTS))('the port %s, where it is no function', (port) => {
    expect(create({ ports: { [port]: 'https://example.com' } })).toThrow(
      `createTurnkeeper: option "ports": "${port}" must be a function; leave it out where there is none.`,
    )
  })

  test.each(Object.keys(ASSISTANT_PORTS))('the port %s of the assistant, where it is no function', (port) => {
    expect(createAssistant({ ports: { [port]: 'https://example.com' } })).toThrow(
      `assistant: option "ports": "${port}" must be a function; leave it out where there is none.`,
    )
  })

  test.each([
    ['ports', 5],
    ['ports', { sendTurns: () => undefined }],
    ['ports', { getAssistant: () => undefined }],
    ['clock', 5],
    ['clock', {}],
    ['environment', {}],
    ['features', 5],
    ['features', [5]],
    ['features', [null]],
    ['features', [{ ...assistant(), name: 'turns' }]],
    ['features', [{ ...assistant(), name: 'conversations' }]],
    ['features', [assistant(), assistant()]],
    ['ackTimeout', Object.create(null)],
    ['ackTimout', 5],
  ])('%s: %p is said by name', (name, value) => {
    expect(create({ [name]: value })).toThrow(TypeError)
    expect(create({ [name]: value })).toThrow(`"${name}"`)
  })

  test.each([5, null, {}, { publish: () => undefined }])('of a shared queue: %p', (port) => {
    const create = () => sharedQueue(port as never)
    expect(create).toThrow(TypeError)
    expect(create).toThrow('sharedQueue: it takes an object with publish, withdraw, claim, subscribe.')
  })

  test.each([
    ['ports', 5],
    ['ports', { getAssistants: () => undefined }],
    ['initTimeout', Object.create(null)],
    ['initTimout', 5],
  ])('of the assistant, %s: %p is said by name', (name, value) => {
    expect(createAssistant({ [name]: value })).toThrow(TypeError)
    expect(createAssistant({ [name]: value })).toThrow(`"${name}"`)
  })
})

describe('mirror: an option that is in its range, or left out', () => {
  const RIGHT: Readonly<Record<string, unknown>> = {
    'a function': () => undefined,
    'a string': 'agent',
    'true or false': true,
  }
  const least = ([, [, takes]]: readonly [string, readonly [unknown, string]]): unknown =>
    /^a (number|time)/.test(takes) ? Number(takes.at(-1)) : RIGHT[takes]

  test.each(Object.entries(WRONG).map((entry) => [entry[0], least(entry)] as const))(
    '%s: %p, and undefined',
    (name, value) => {
      expect(create({ [name]: value })).not.toThrow()
      expect(create({ [name]: undefined })).not.toThrow()
    },
  )

  test.each(Object.entries(WRONG_ASSISTANT).map((entry) => [entry[0], least(entry)] as const))(
    'of the assistant, %s: %p, and undefined',
    (name, value) => {
      expect(createAssistant({ [name]: value })).not.toThrow()
      expect(createAssistant({ [name]: undefined })).not.toThrow()
    },
  )

  test('words, lists, no hard limit, features and ports that are not there', () => {
    expect(
      create({
        sendWhileBusy: 'send',
        queuePolicy: { onStop: 'hold' },
        stopScope: 'conversation',
        hardLimit: null,
        features: [assistant({ capacityCodes: [], ports: { getAssistant: undefined } as never })],
        ports: { sendTurn: undefined },
      }),
    ).not.toThrow()
  })
})

describe('the defaults, ms', () => {
  /** When, after now, the first status check leaves; looked for each half second. */
  const firstCheck = async (lab: ReturnType<typeof createLab>) => {
    const from = lab.backend.of('status').length
    const start = lab.clock.now()
    while (lab.backend.of('status').length === from && lab.clock.now() - start < 120_000)
      await lab.advance(500)
    return lab.clock.now() - start
  }

  test('a send without an answer is checked after 20 s', async () => {
    const lab = createLab()
    await lab.submit()
    expect(await firstCheck(lab)).toBe(20_000)
  })

  test('a turn of which nothing is heard is stalled, and checked, after 10 s', async () => {
    const lab = createLab()
    await lab.start()
    expect(await firstCheck(lab)).toBe(10_000)
    expect(lab.live()?.isStalled).toBe(true)
  })

  test('after 5 s while it is unverified', async () => {
    const lab = createLab({}, { ports: ({ openStream: _none, ...ports }) => ports })
    await lab.start()
    await lab.dispatch(signals.streamDropped({}))
    expect(await firstCheck(lab)).toBe(5_000)
  })

  test('after 5 s while it is stopping', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    lab.backend.accept('stop')
    await lab.dispatch()
    expect(await firstCheck(lab)).toBe(5_000)
  })

  test.each([
    [19_000, true],
    [20_000, false],
  ])('"idle" %d ms after it was accepted, and nothing heard since: busy is %p', async (after, busy) => {
    const lab = createLab()
    await lab.accept()
    lab.backend.auto.delete('status')
    for (let passed = 0; passed < after; passed += 1_000) {
      await lab.advance(1_000)
      if (lab.backend.of('status', 'pending').length > 0) await lab.answer({ c1: { status: 'no_status' } })
    }
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'idle' } })
    expect(lab.busy()).toBe(busy)
  })

  test('a status check without an answer is given up after 15 s', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus()
    const { signal } = lab.backend.of('status')[0]!
    await lab.advance(14_999)
    expect(signal.aborted).toBe(false)
    await lab.advance(1)
    expect(signal.aborted).toBe(true)
  })

  test('a send without an answer is not waited for after 60 s, and is then over where the server says so', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.world('c1', { status: 'idle' })
    const { signal } = lab.backend.of('send')[0]!
    await lab.advance(59_999)
    expect([lab.busy(), signal.aborted]).toEqual([true, false])
    await lab.advance(1)
    expect(signal.aborted).toBe(true)
    await lab.advance(30_000)
    expect(lab.busy()).toBe(false)
  })

  test('background runs that show nothing for ten minutes are forgotten', async () => {
    const lab = createLab()
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'side', role: 'child' }))
    await lab.advance(599_000)
    expect(lab.entry()?.backgroundRuns).toHaveLength(1)
    await lab.advance(2_000)
    expect(lab.entry()?.backgroundRuns ?? []).toEqual([])
  })

  test.each([
    [{}, []],
    [{ runWithoutPage: true }, ['t1']],
  ])('without a page nothing runs, unless the option says so: %p', async (options, sent) => {
    const lab = createLab({ environment: createManualEnvironment({ page: false }), ...options })
    await lab.submit()
    expect(lab.sent()).toEqual(sent)
    expect(lab.clock.pending > 0).toBe(sent.length > 0)
  })

  test('there is no hard limit', async () => {
    const lab = createLab({ ports: {} })
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
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
        lab.store.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: `t${i}` }))
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
    expect(lab.recorder.types('turnkeeper/signals/turnProgressed')).toHaveLength(2)
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    expect(lab.sent()).toEqual(['t1', 't2'])
  })

  test('those of the assistant', () => {
    expect(assistantDefaults).toEqual({
      initTimeout: 300_000,
      maxRecoveries: 3,
      maxHatchFailures: 3,
      stableAfter: 60_000,
      pollInterval: 3_000,
      pollBackoff: 1,
      checkTimeout: 15_000,
      capacityCodes: ['at_capacity', 'platform_hosted_disabled'],
    })
  })
})
