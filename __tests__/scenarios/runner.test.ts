import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  inexpressible,
  outcomeOf,
  passed,
  runScenario,
  runScenarios,
  usualDesign,
} from 'redux-turnkeeper/conformance'
import type { OpenSubject, Subject } from 'redux-turnkeeper/conformance'
import { checks } from '../../src/conformance/assertions'
import { ASSERTIONS, EVENTS } from '../../src/conformance/format'
import { readScenario } from '../../src/conformance/readScenario'
import { createRun, fork } from '../../src/conformance/run'
import { keeperSubject } from './keeper'
import { FOLDERS, loadAll } from './suite'

type Fields = Readonly<Record<string, unknown>>

/** Steps as a scenario file has them, numbered. */
const scenario = (steps: readonly Fields[], expectations: readonly Fields[] = [], rest: Fields = {}) => ({
  id: 'made-up',
  family: 'runner',
  scenario: steps.map((step, at) => ({ at, ...step })),
  expect: expectations,
  ...rest,
})
const run = (...args: Parameters<typeof scenario>) =>
  runScenario(keeperSubject, readScenario(scenario(...args)))

const SEND = { event: 'send', conversation: 'A', turn: 't1', message: 'm1' }
const ACCEPTED = { event: 'send.accepted', conversation: 'A', turn: 't1' }
const STARTED = { event: 'turn.started', conversation: 'A', turn: 't1' }
const COMPLETED = { event: 'turn.completed', conversation: 'A', turn: 't1' }

describe('a word that the format does not know is an error that names it and the scenario', () => {
  test.each<[string, Fields, string]>([
    ['event', scenario([{ event: 'turn.exploded' }]), 'made-up: step 0: unknown event "turn.exploded"'],
    ['event of every object', scenario([{ event: 'constructor' }]), 'unknown event "constructor"'],
    ['mode', scenario([{ ...SEND, mode: 'shout' }]), 'step 0 (send): unknown mode "shout"'],
    [
      'reason',
      scenario([{ event: 'send.rejected', turn: 't1', reason: 'mood' }]),
      'step 0 (send.rejected): unknown reason "mood"',
    ],
    ['kind', scenario([{ event: 'turn.activity', kind: 'dance' }]), 'unknown kind "dance"'],
    [
      'status of a look-up',
      scenario([{ event: 'world', conversation: 'A', status: 'fine' }]),
      'unknown status "fine"',
    ],
    [
      'outcome of a last turn',
      scenario([{ event: 'world', conversation: 'A', status: 'idle', last: { turn: 't1', outcome: 'meh' } }]),
      'unknown word "meh" in "last"',
    ],
    ['assertion', scenario([SEND], [{ after: 0, assert: 'glows' }]), 'made-up: unknown assertion "glows"'],
    [
      'field of an assertion',
      scenario([SEND], [{ after: 0, assert: 'effects', effect: 'send', count: 1, colour: 'red' }]),
      'unknown field "colour"',
    ],
    [
      'effect',
      scenario([SEND], [{ after: 0, assert: 'effects', effect: 'wave', count: 1 }]),
      'unknown effect "wave"',
    ],
    [
      'phase',
      scenario([SEND], [{ after: 0, assert: 'phase', conversation: 'A', in: ['idle', 'asleep'] }]),
      'unknown word "asleep"',
    ],
    [
      'turn word',
      scenario([SEND], [{ after: 0, assert: 'turn', turn: 't1', value: 'gone' }]),
      'unknown word "gone"',
    ],
    ['storage', scenario([{ event: 'reload', stored: 'half' }]), 'step 0 (reload): unknown stored "half"'],
    ['policy', scenario([SEND], [], { policy: { mood: 'good' } }), 'unknown policy "mood"'],
    ['policy word', scenario([SEND], [], { policy: { send_while_busy: 'shout' } }), 'unknown word "shout"'],
    [
      'step of an assertion',
      scenario([SEND], [{ after: 7, assert: 'agree', conversation: 'A' }]),
      'there is no such step',
    ],
    ['needed field', scenario([{ event: 'tick' }]), 'step 0 (tick): it lacks "ms"'],
    [
      'number of a step',
      { ...scenario([SEND]), scenario: [{ at: 3, ...SEND }] },
      '"at" is 3, not its ordinal',
    ],
  ])('%s', (_word, raw, message) => {
    expect(() => readScenario(raw)).toThrow(message)
  })

  test('a session may say any word: that is what the wire said', () => {
    const raw = scenario([{ event: 'session.state', conversation: 'A', turn: null, status: 'hibernating' }])
    expect(readScenario(raw).steps[0]!.status).toBe('hibernating')
  })

  test('a word of "persisted" fails the scenario, by its name', async () => {
    const { failures } = await run([{ event: 'reload', tab: 'tab1', persisted: { mood: 'good' } }])
    expect(failures[0]!.seen).toContain('unknown word "mood" in "persisted"')
  })

  test('a file of scenarios that cannot be read fails them and runs the others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenarios-'))
    try {
      writeFileSync(
        join(folder, 'a.json'),
        JSON.stringify([scenario([{ event: 'nope' }], [], { id: 'bad' })]),
      )
      writeFileSync(join(folder, 'b.json'), JSON.stringify(scenario([SEND], [], { id: 'single object' })))
      const verdicts = await runScenarios(keeperSubject, loadAll([folder]))
      expect(verdicts.map(({ id, failures }) => [id, failures[0]?.seen])).toEqual([
        ['bad', 'bad: step 0: unknown event "nope"'],
        ['single object', undefined],
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('the truth of a step is taken out before anything can see it', () => {
    const raw = scenario([{ ...SEND, truth: { turn: 't1' } }])
    expect(JSON.stringify(readScenario(raw))).not.toContain('truth')
  })
})

describe('an expectation that is wrong fails, and says what was seen', () => {
  const steps = [
    SEND,
    ACCEPTED,
    STARTED,
    { event: 'send', conversation: 'A', turn: 't2', message: 'm2', mode: 'queue' },
    { event: 'world', conversation: 'A', status: 'running', turn: 't1' },
    { event: 'tick', ms: 2_000 },
    COMPLETED,
  ]
  const wrong: readonly [Fields, string | RegExp][] = [
    [{ after: 2, assert: 'busy', conversation: 'A', value: false }, 'true'],
    [{ after: 0, assert: 'phase', conversation: 'A', value: 'working' }, '"submitting"'],
    [{ after: 2, assert: 'live_turn', conversation: 'A', value: 't2' }, '"t1"'],
    [{ after: 2, assert: 'live_turn', conversation: 'A', value: null }, '"t1"'],
    [{ after: 0, assert: 'turn', turn: 't1', in: ['live', 'completed'] }, '"pending"'],
    [{ after: 0, assert: 'ended_once', turn: 't1' }, '0 records, told 0 times'],
    [{ after: 0, assert: 'can_stop', conversation: 'A', value: false }, 'true'],
    [{ after: 0, assert: 'can_send', conversation: 'A', value: true }, 'false'],
    [{ after: 0, assert: 'last_error', conversation: 'A', value: 'set' }, '"none"'],
    [{ after: 0, assert: 'effects', effect: 'send', count: 2 }, '1 [A t1 m1]'],
    [{ after: 0, assert: 'effects', effect: 'send', message: 'm1', max: 0 }, '1 [A t1 m1]'],
    [{ after: 0, assert: 'effects', effect: 'send', conversation: 'B', min: 1 }, '0 []'],
    [{ after: 6, assert: 'effects', effect: 'send', distinct_keys: 1 }, '2 keys [t1, t2]'],
    [{ after: 0, assert: 'background', conversation: 'A', count: 1 }, '0'],
    [
      {
        after: 6,
        assert: 'effect_order',
        first: { effect: 'send', turn: 't2' },
        then: { effect: 'send', turn: 't1' },
      },
      'the first was not confirmed',
    ],
    [{ after: 3, assert: 'queue', conversation: 'A', value: [] }, '["m2"]'],
    [{ after: 3, assert: 'draft_has', conversation: 'A', message: 'm2' }, '[]'],
    [{ after: 3, assert: 'pending_input', conversation: 'A', value: 'i1' }, 'null'],
    [{ after: 5, assert: 'settles_within', conversation: 'A', ms: 0 }, 'still busy after 0 ms: working, t1'],
    [{ after: 5, assert: 'settles_within', conversation: 'A', ms: 60_000 }, /^still busy after 60000 ms/],
    [{ after: 3, assert: 'unchanged_by', step: 3 }, /^tab1 A queue: \[\] became \["m2"\]/],
    [{ after: 5, assert: 'elapsed_from', turn: 't1', ms_ago: 9_000 }, '2000 ms ago, not 9000'],
  ]
  test.each(wrong)('%j', async (expectation, seen) => {
    const { failures } = await run(steps, [expectation])
    expect(failures).toHaveLength(1)
    expect(failures[0]!.seen).toEqual(typeof seen === 'string' ? seen : expect.stringMatching(seen))
  })

  test('settled, but not to what was expected', async () => {
    const { failures } = await run(
      [SEND, ACCEPTED, STARTED, COMPLETED],
      [{ after: 3, assert: 'settles_within', conversation: 'A', ms: 0, to: ['failed'] }],
    )
    expect(failures[0]!.seen).toBe('"completed"')
  })

  test('busy for longer than it stays so', async () => {
    const { failures } = await run(
      [
        SEND,
        ACCEPTED,
        STARTED,
        { event: 'world', conversation: 'A', status: 'idle', last: { turn: 't1', outcome: 'completed' } },
      ],
      [{ after: 3, assert: 'stays_busy_for', conversation: 'A', ms: 60_000 }],
    )
    expect(failures[0]!.seen).toMatch(/^not busy after \d+ ms$/)
  })

  test('a forced look-up that does not leave', async () => {
    const silent = {
      ...keeperSubject,
      open: (world: never) => ({ ...keeperSubject.open(world), checkStatus: () => undefined }),
    }
    const raw = scenario([SEND, { event: 'poll.begin', request: 'p1', conversation: 'A' }])
    const { failures } = await runScenario(silent, readScenario(raw))
    expect(failures[0]!.seen).toBe('step 1 (poll.begin): no look-up left')
  })
})

describe('the fork', () => {
  const raw = scenario([
    SEND,
    ACCEPTED,
    STARTED,
    { event: 'world', conversation: 'A', status: 'idle' },
    { event: 'heartbeat' },
  ])

  test('goes as the original went, and does not disturb it', async () => {
    const read = readScenario(raw)
    const original = createRun(keeperSubject, read)
    for (const step of read.steps.slice(0, 4)) await original.feed(step)
    const now = original.time.now()
    const forked = await fork(keeperSubject, read, 3)
    expect(forked.effects).toEqual(original.effects)

    await forked.time.advance(60_000)
    expect(forked.conversation('A').busy).toBe(false)
    expect(original.conversation('A').busy).toBe(true)
    expect(original.time.now()).toBe(now)
    expect(original.effects.some(({ effect }) => effect === 'poll')).toBe(false)
    expect([...forked.close(), ...original.close()]).toEqual([])
  })

  test('a scenario with forks ends as it does without', async () => {
    const end = { after: 4, assert: 'busy', conversation: 'A', value: true }
    const forks = [0, 2, 3].map((after) => ({
      after,
      assert: 'settles_within',
      conversation: 'A',
      ms: 100_000,
    }))
    const { failures } = await runScenario(keeperSubject, readScenario({ ...raw, expect: [forks[2], end] }))
    expect(failures).toEqual([])
    const busy = await runScenario(keeperSubject, readScenario({ ...raw, expect: [...forks, end] }))
    expect(busy.failures.map(({ assertion }) => assertion)).not.toContainEqual(
      expect.stringContaining('busy conversation'),
    )
  })
})

describe('the clock of a run', () => {
  const at = async (steps: readonly Fields[]) => {
    const read = readScenario(scenario(steps))
    const run = createRun(usualDesign, read)
    for (const step of read.steps) await run.feed(step)
    return run.effects.filter(({ effect }) => effect === 'poll').length
  }

  test('stands still but for tick, sleep and throttle', async () => {
    expect(await at([SEND, { event: 'tick', ms: 9_999 }])).toBe(0)
    expect(await at([SEND, { event: 'tick', ms: 10_000 }])).toBe(1)
  })
  test('sleep runs no timer; what is overdue runs at the next tick', async () => {
    expect(await at([SEND, { event: 'sleep', ms: 3_600_000 }])).toBe(0)
    expect(await at([SEND, { event: 'sleep', ms: 60_000 }, { event: 'tick', ms: 0 }])).toBe(1)
  })
  test('a throttled tab runs its timers once a minute', async () => {
    expect(await at([SEND, { event: 'throttle', ms: 59_000 }])).toBe(0)
    expect(await at([SEND, { event: 'throttle', ms: 60_000 }])).toBe(1)
    expect(await at([SEND, { event: 'throttle', ms: 119_000 }])).toBe(1)
  })
})

describe('the clock of a computer is set', () => {
  const seen = async (steps: readonly Fields[]) => {
    const read = readScenario(scenario(steps))
    const run = createRun(usualDesign, read)
    const began = run.time.now()
    for (const step of read.steps) await run.feed(step)
    return {
      now: run.time.now() - began,
      elapsed: run.time.elapsed(),
      polls: run.effects.filter(({ effect }) => effect === 'poll').length,
    }
  }
  test.each([-3_600_000, 3_600_000])('by %d ms: timers run after as long as they would have', async (ms) => {
    const steps = [SEND, { event: 'tick', ms: 5_000 }, { event: 'clock.set', ms }]
    expect(await seen([...steps, { event: 'tick', ms: 4_999 }])).toEqual({
      now: ms + 9_999,
      elapsed: 9_999,
      polls: 0,
    })
    expect((await seen([...steps, { event: 'tick', ms: 5_000 }])).polls).toBe(1)
  })
})

describe('a tab that is frozen', () => {
  const steps = [
    { event: 'world', conversation: 'A', status: 'no_status' },
    { event: 'tab.opened', tab: 'tab2' },
    { ...SEND, tab: 'tab2' },
    { event: 'tab.frozen', tab: 'tab2' },
    { ...ACCEPTED, run: 'r1' },
    { event: 'turn.started', conversation: 'A', run: 'r1' },
    { event: 'tick', ms: 130_000 },
    { event: 'tab.resumed', tab: 'tab2' },
  ]
  const play = async (more: readonly Fields[] = []) => {
    const read = readScenario(scenario([...steps, ...more]))
    const run = createRun(usualDesign, read)
    const phases: (string | undefined)[] = []
    for (const step of read.steps) {
      await run.feed(step)
      phases.push(run.tabs().includes('tab2') ? run.conversation('A', 'tab2').phase : undefined)
    }
    return { run, phases }
  }

  test('hears no answer and no step, and runs no timer, until it goes on', async () => {
    const { run, phases } = await play()
    expect(phases.slice(3)).toEqual(['submitting', 'submitting', 'submitting', 'submitting', 'working'])
    // The watchdog of 120 s was overdue, and what had come in meanwhile comes after it.
    expect(run.turn('t1', 'tab2').ends?.records).toBe(1)
  })
  test('takes nothing from a person', async () => {
    const { failures } = await run([
      { event: 'tab.frozen', tab: 'tab1' },
      { ...SEND, tab: 'tab1' },
    ])
    expect(failures[0]!.seen).toBe('step 1 (send): the tab is frozen')
  })
  test('has what reaches it by another way held up too', async () => {
    const frozen: boolean[] = []
    const subject: Subject = {
      name: 'made up',
      open: (world) => ({ ...usualDesign.open(world), setFrozen: (isFrozen) => void frozen.push(isFrozen) }),
    }
    await runScenario(subject, readScenario(scenario(steps)))
    expect(frozen).toEqual([true, false])
  })
})

describe('what a client has stored itself', () => {
  const steps = [SEND, ACCEPTED, STARTED, { event: 'reload', stored: 'whole' }]
  const told = [{ after: 3, assert: 'turn', turn: 't1', value: 'live' }]

  test('comes back', async () => {
    expect((await run(steps, told)).failures).toEqual([])
  })
  test('of a client that stores nothing it cannot be asked', async () => {
    const verdict = await runScenario(usualDesign, readScenario(scenario(steps, told)))
    expect(verdict).toMatchObject({
      failures: [],
      inexpressible: ['step 3 (reload): a state of its own that is stored'],
    })
  })
})

test('linked tabs are handed a link, and others none', async () => {
  const links: boolean[] = []
  const subject: Subject = {
    name: 'made up',
    open(world) {
      links.push(world.link !== undefined)
      return usualDesign.open(world)
    },
  }
  for (const policy of [{}, { linked_tabs: true }])
    await runScenario(subject, readScenario(scenario([SEND], [], { policy })))
  expect(links).toEqual([false, true])
})

test('a look-up is answered 100 ms later from the world as it was when it left', async () => {
  const read = readScenario(
    scenario([
      SEND,
      ACCEPTED,
      STARTED,
      { event: 'world', conversation: 'A', status: 'idle', last: { turn: 't1', outcome: 'failed' } },
      { event: 'tick', ms: 10_000 },
      { event: 'world', conversation: 'A', status: 'running', turn: 't1' },
      { event: 'tick', ms: 99 },
      { event: 'tick', ms: 1 },
    ]),
  )
  const run = createRun(usualDesign, read)
  const words: (string | undefined)[] = []
  for (const step of read.steps) {
    await run.feed(step)
    words.push(run.turn('t1').state)
  }
  expect(words.slice(-4)).toEqual(['live', 'live', 'live', 'failed'])
})

describe('every word of the format is spoken by a scenario', () => {
  const read = loadAll(FOLDERS).flatMap((loaded) => ('scenario' in loaded ? [loaded.scenario] : []))
  const events = new Set(read.flatMap(({ steps }) => steps.map(({ event }) => event)))
  const words = new Set(read.flatMap(({ expect: assertions }) => assertions.map(({ assert }) => assert)))

  test.each(Object.keys(EVENTS))('event %s', (event) => expect(events).toContain(event))
  test.each(Object.keys(ASSERTIONS))('assertion %s', (word) => expect(words).toContain(word))
  test('each assertion of the format is implemented', () => {
    expect(Object.keys(checks).sort()).toEqual(Object.keys(ASSERTIONS).sort())
  })
})

test('the usual design passes some and fails many: the runner can tell', async () => {
  const scenarios = loadAll(FOLDERS)
  const verdicts = await runScenarios(usualDesign, scenarios)
  expect(passed(verdicts)).toBeGreaterThan(10)
  expect(passed(verdicts)).toBeLessThan(scenarios.length * 0.7)
})

describe('what a subject has no words for is told of as such, and has not failed', () => {
  const raw = scenario(
    [SEND, ACCEPTED, STARTED, COMPLETED],
    [
      { after: 0, assert: 'queue', conversation: 'A', value: [] },
      { after: 2, assert: 'busy', conversation: 'A', value: true },
      { after: 3, assert: 'turn', turn: 't1', value: 'completed' },
    ],
  )
  const play = (
    change: Partial<OpenSubject> | ((opened: OpenSubject) => Partial<OpenSubject>),
    from = raw,
  ) => {
    const subject: Subject = {
      name: 'made up',
      open(world) {
        const opened = usualDesign.open(world)
        return { ...opened, ...(typeof change === 'function' ? change(opened) : change) }
      },
    }
    return runScenario(subject, readScenario(from))
  }

  test('a fact of its view', async () => {
    const verdict = await play(({ conversation }) => ({
      conversation: (key) => ({ busy: conversation(key).busy }),
    }))
    expect(verdict).toMatchObject({
      failures: [],
      inexpressible: ['after 0: queue conversation="A" value=[]: queue'],
    })
    expect(outcomeOf(verdict)).toBe('inexpressible')
  })
  test('a step, which ends the scenario', async () => {
    const verdict = await play({
      receive() {
        throw inexpressible('a stream')
      },
    })
    expect(verdict).toMatchObject({ failures: [], inexpressible: ['step 2 (turn.started): a stream'] })
    expect(passed([verdict])).toBe(0)
  })
  test('all of it, where it cannot be opened', async () => {
    const subject: Subject = {
      name: 'made up',
      open() {
        throw inexpressible('a shared queue')
      },
    }
    expect(await runScenario(subject, readScenario(raw))).toMatchObject({
      failures: [],
      inexpressible: ['to open it: a shared queue'],
    })
  })
  test('but one assertion that fails makes it failed', async () => {
    const verdict = await play(() => ({ turn: () => ({}) }), {
      ...raw,
      expect: [...raw.expect, { after: 1, assert: 'busy', conversation: 'A', value: false }],
    })
    expect(verdict.inexpressible).toHaveLength(1)
    expect(outcomeOf(verdict)).toBe('failed')
  })
})
