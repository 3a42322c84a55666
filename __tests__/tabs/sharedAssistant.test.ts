/** One assistant for several tabs: the leading tab checks for all. */
import { userChanged } from 'redux-turnkeeper'
import {
  assistant,
  assistantAnswered,
  assistantDoubted,
  assistantInputsChanged,
  checkAssistant,
  hatchVersion,
  retryAssistant,
} from 'redux-turnkeeper/assistant'
import type {
  AssistantData,
  AssistantFeature,
  AssistantInputsPayload,
  AssistantKind,
  AssistantPortFunctions,
  AssistantResult,
  AssistantState,
} from 'redux-turnkeeper/assistant'
import { sharedAssistant } from 'redux-turnkeeper/sharedAssistant'
import { featureTold } from '../../src/tabs/actions'
import { active, gone, initializing, status } from '../assistant/setup'
import { createTabs, settle } from './setup'
import type { Tab, Tabs } from './setup'

const signedIn: AssistantInputsPayload = { signedIn: true }

interface World extends Tabs {
  /** What the host is asked, by tab. */
  readonly asked: string[]
  /** What the host says of the assistant, and to a start. */
  says: AssistantResult | 'nothing'
  /** Where it says something else to a start, or to a retire. */
  starts: AssistantResult | 'nothing' | null
  retires: AssistantResult | 'nothing' | null
  openTab(name: string, inputs?: AssistantInputsPayload | null): Promise<Tab>
}
const features = new Map<Tab, AssistantFeature>()

const stateOf = (tab: Tab): AssistantState =>
  (tab.state() as unknown as { readonly assistant: AssistantState }).assistant
const kinds = (tabs: readonly Tab[]): readonly AssistantKind[] => tabs.map((tab) => stateOf(tab).kind)

function createWorld(create = sharedAssistant): World {
  const tabs = createTabs()
  const world: World = {
    ...tabs,
    asked: [],
    says: initializing(),
    starts: null,
    retires: null,
    async openTab(name, inputs = signedIn) {
      const answer = (what: string): Promise<AssistantResult<never>> => {
        world.asked.push(`${name} ${what}`)
        const said = (what === 'hatch' && world.starts) || (what === 'retire' && world.retires) || world.says
        return said === 'nothing'
          ? new Promise(() => undefined)
          : Promise.resolve(withTokenOf(name, said) as AssistantResult<never>)
      }
      const ports: AssistantPortFunctions = {
        getAssistant: () => answer('get'),
        hatchAssistant: () => answer('hatch'),
        retireAssistant: () => answer('retire'),
        probeAssistant: () => answer('probe'),
      }
      const feature = create({ ports })
      const tab = await tabs.open(name, { features: [feature] })
      features.set(tab, feature)
      if (inputs) await tab.dispatch(assistantInputsChanged(inputs))
      await settle()
      return tab
    },
  }
  return world
}
/** Each tab gets a token of its own. */
const withTokenOf = (tab: string, said: AssistantResult): AssistantResult =>
  JSON.parse(JSON.stringify(said).replace('TOKEN', `secret-token of ${tab}`)) as AssistantResult

const worldTest = (name: string, body: (world: World) => Promise<void>): void =>
  test(name, async () => {
    const world = createWorld()
    try {
      await body(world)
    } finally {
      world.close()
    }
  })

const selfHosted = active('a1', { isLocal: true, connection: { url: 'http://own', token: 'TOKEN' } })

async function openAll(world: World, names: readonly string[]): Promise<Tab[]> {
  const tabs: Tab[] = []
  for (const name of names) tabs.push(await world.openTab(name))
  return tabs
}

describe('status checks', () => {
  const polls = async (names: readonly string[], create = sharedAssistant): Promise<readonly string[]> => {
    const world = createWorld(create)
    const tabs = await openAll(world, names)
    await world.pass(120_000)
    expect(new Set(kinds(tabs))).toEqual(new Set(['initializing']))
    world.close()
    return world.asked
  }

  test('those of five tabs are those of one', async () => {
    const one = await polls(['a'])
    const five = await polls(['a', 'b', 'c', 'd', 'e'])
    expect(one.length).toBeGreaterThan(35)
    expect(Math.abs(five.length - one.length)).toBeLessThanOrEqual(1)
    expect(new Set(five)).toEqual(new Set(['a get']))
  })

  test('mirror: with `assistant` each tab checks by itself', async () => {
    const five = await polls(['a', 'b', 'c', 'd', 'e'], assistant)
    expect(new Set(five).size).toBe(5)
  })

  worldTest('where the tabs are signed in later, one checks as well', async (world) => {
    const tabs = []
    for (const name of ['a', 'b', 'c']) tabs.push(await world.openTab(name, null))
    for (const tab of tabs) await tab.dispatch(assistantInputsChanged(signedIn))
    await world.pass(10_000)
    expect(new Set(world.asked)).toEqual(new Set(['a get']))
    for (const tab of tabs.reverse()) expect(stateOf(tab).kind).toBe('initializing')
  })

  worldTest('a tab that follows shows what the leading one finds, and lets turns leave', async (world) => {
    const tabs = await openAll(world, ['a', 'b'])
    world.server.world['c1'] = { status: 'idle' }
    await tabs[1]!.submit('t1')
    expect([kinds(tabs), world.sent()]).toEqual([['initializing', 'initializing'], []])
    world.says = active()
    await world.pass(5_000)
    expect([kinds(tabs), world.sent()]).toEqual([['active', 'active'], ['t1']])
  })

  worldTest('one that is never answered is given up, and made again, by the leading tab', async (world) => {
    const tabs = await openAll(world, ['a', 'b'])
    world.says = 'nothing'
    await world.pass(25_000)
    expect(kinds(tabs)).toEqual(['error', 'error'])
    world.says = active()
    await world.pass(35_000)
    expect(kinds(tabs)).toEqual(['active', 'active'])
    expect(new Set(world.asked)).toEqual(new Set(['a get', 'a probe']))
  })
})

describe('the leading tab is lost', () => {
  test.each<[string, (tab: Tab) => void]>([
    ['closes', (tab) => tab.close()],
    ['crashes', (tab) => tab.crash()],
    ['hangs', (tab) => tab.hang()],
  ])('where it %s, the next goes on with what it knows', async (_how, lose) => {
    const world = createWorld()
    const [a, b, c] = await openAll(world, ['a', 'b', 'c'])
    await world.pass(10_000)
    const { watchdogAt } = stateOf(a!)
    lose(a!)
    world.asked.length = 0
    await world.pass(30_000)
    expect(new Set(world.asked).size).toBe(1)
    expect(world.asked.length).toBeGreaterThan(5)
    expect(stateOf(b!).watchdogAt).toBe(watchdogAt)
    world.says = active()
    await world.pass(5_000)
    expect(kinds([b!, c!])).toEqual(['active', 'active'])
    world.close()
  })

  worldTest('a start that was under way is repeated under the same key', async (world) => {
    world.says = gone
    world.starts = 'nothing'
    const [a, b] = await openAll(world, ['a', 'b'])
    await world.pass(3_000)
    const { operation, unsettledHatch } = stateOf(b!)
    expect(operation).toMatchObject({ what: 'hatch' })
    a!.crash()
    await world.pass(5_000)
    expect(world.asked.filter((what) => what.endsWith('hatch'))).toEqual(['a hatch', 'b hatch'])
    expect(stateOf(b!).unsettledHatch).toEqual(unsettledHatch)
    expect(unsettledHatch).not.toBeNull()
  })
})

describe('a person in a tab that follows', () => {
  worldTest('checks: there, and all tabs hear the answer', async (world) => {
    world.says = active()
    const tabs = await openAll(world, ['a', 'b', 'c'])
    world.asked.length = 0
    world.says = initializing()
    expect(await tabs[1]!.store.dispatch(checkAssistant())).toBe('initializing')
    await settle()
    expect([world.asked, kinds(tabs)]).toEqual([['b get'], ['initializing', 'initializing', 'initializing']])
    await world.pass(10_000)
    expect(new Set(world.asked)).toEqual(new Set(['b get', 'a get']))
  })

  worldTest('checks, and the tab is lost before it is answered: the leading one checks', async (world) => {
    world.says = active()
    const tabs = await openAll(world, ['a', 'b'])
    world.asked.length = 0
    world.says = 'nothing'
    await tabs[1]!.dispatch(checkAssistant())
    tabs[1]!.crash()
    world.says = initializing()
    await world.pass(20_000)
    expect(world.asked.slice(0, 2)).toEqual(['b get', 'a get'])
    expect(stateOf(tabs[0]!).kind).toBe('initializing')
  })

  worldTest(
    'checks before it is known what the leading tab has found: there, all the same',
    async (world) => {
      world.says = active()
      const [a] = await openAll(world, ['a'])
      const b = await world.openTab('b', null)
      world.asked.length = 0
      b.store.dispatch(assistantInputsChanged(signedIn))
      const kind = b.store.dispatch(checkAssistant())
      await world.pass(5_000)
      expect(world.asked).toEqual(['b get'])
      expect([await kind, kinds([a!, b])]).toEqual(['active', ['active', 'active']])
    },
  )

  worldTest('tries again: the budgets are given anew in all tabs', async (world) => {
    world.says = status(403)
    const tabs = await openAll(world, ['a', 'b'])
    expect(kinds(tabs)).toEqual(['error', 'error'])
    world.says = active()
    expect(await tabs[1]!.store.dispatch(retryAssistant())).toBe('active')
    await settle()
    expect(kinds(tabs)).toEqual(['active', 'active'])
  })

  worldTest('chooses a version: the leading tab starts it', async (world) => {
    world.says = gone
    const inputs = { ...signedIn, nonProduction: true }
    const tabs = [await world.openTab('a', inputs), await world.openTab('b', inputs)]
    await world.pass(3_000)
    expect(kinds(tabs)).toEqual(['awaiting_version_selection', 'awaiting_version_selection'])
    world.says = initializing()
    await tabs[1]!.dispatch(hatchVersion('2'))
    await settle()
    expect(world.asked.filter((what) => what.endsWith('hatch'))).toEqual(['a hatch'])
    expect(kinds(tabs)).toEqual(['initializing', 'initializing'])
  })

  worldTest('has reason to doubt: the leading tab probes', async (world) => {
    world.says = active()
    const tabs = await openAll(world, ['a', 'b'])
    await settle()
    world.asked.length = 0
    await tabs[1]!.dispatch(assistantDoubted())
    await settle()
    expect(world.asked).toEqual(['a probe'])
  })
})

describe('a person in a tab that follows, while a stuck assistant is taken away', () => {
  const MINUTES = 60_000

  worldTest('checks just before: what is awaited ends when the check does', async (world) => {
    world.retires = 'nothing'
    const [a, b] = await openAll(world, ['a', 'b'])
    await world.pass(5 * MINUTES - 1_000)
    world.says = 'nothing'
    const kind = b!.store.dispatch(checkAssistant())
    world.says = initializing()
    await world.pass(2_000)
    expect(stateOf(a!).operation).toMatchObject({ what: 'retire' })
    expect(stateOf(b!).check?.nonce).toEqual(expect.any(String))
    await world.pass(15_000)
    expect(stateOf(b!)).toMatchObject({ operation: { what: 'retire' }, check: null })
    expect(await kind).toBe('initializing')
  })

  worldTest('tries again: nothing is checked before it is gone', async (world) => {
    world.retires = 'nothing'
    const [a, b] = await openAll(world, ['a', 'b'])
    await world.pass(5 * MINUTES + 1_000)
    expect(stateOf(a!).operation).toMatchObject({ what: 'retire' })
    world.asked.length = 0
    expect(await b!.store.dispatch(retryAssistant())).toBe('initializing')
    await world.pass(MINUTES)
    expect([world.asked, stateOf(a!).check]).toEqual([[], null])
  })
})

describe('an app that polls by itself, without `getAssistant`', () => {
  const withoutChecks: typeof sharedAssistant = (options) =>
    sharedAssistant({ ...options, ports: { ...options?.ports, getAssistant: undefined } })
  const refused = assistantAnswered({ ok: false, status: 403 })

  test('who tries again in a tab that follows waits for no check, and the tabs are quiet', async () => {
    const world = createWorld(withoutChecks)
    const [a, b] = await openAll(world, ['a', 'b'])
    await a!.dispatch(refused)
    await settle()
    await b!.dispatch(retryAssistant())
    await settle()
    expect([kinds([a!, b!]), stateOf(a!).check]).toEqual([['loading', 'loading'], null])
    const before = a!.recorder.actions.length
    await world.pass(60_000)
    expect(a!.recorder.actions.slice(before)).toEqual([])
    world.close()
  })

  test('what it answers in a tab that follows stays there, where it comes with a token', async () => {
    const world = createWorld(withoutChecks)
    const [a, b] = await openAll(world, ['a', 'b'])
    await a!.dispatch(refused)
    await settle()
    await b!.dispatch(assistantAnswered(selfHosted as AssistantResult<AssistantData>))
    await world.pass(60_000)
    expect([kinds([a!, b!]), stateOf(a!).check]).toEqual([['error', 'self_hosted'], null])
    await a!.dispatch(assistantAnswered(selfHosted as AssistantResult<AssistantData>))
    await world.pass(5_000)
    expect(kinds([a!, b!])).toEqual(['self_hosted', 'self_hosted'])
    world.close()
  })
})

describe('tokens', () => {
  worldTest('each tab asks for its own, and none is told', async (world) => {
    world.says = selfHosted
    const tabs = await openAll(world, ['a', 'b'])
    await settle()
    expect(kinds(tabs)).toEqual(['self_hosted', 'self_hosted'])
    expect(tabs.map((tab) => features.get(tab)!.getConnectionToken(tab.store))).toEqual([
      'secret-token of a',
      'secret-token of b',
    ])
    expect(world.asked.filter((what) => what.endsWith('get'))).toEqual(['a get', 'b get'])
    for (const { recorder, state } of tabs)
      expect(JSON.stringify([recorder.actions, state()])).not.toContain('secret-token')
  })

  worldTest('one whose own request fails tries again by itself', async (world) => {
    world.says = selfHosted
    const [a] = await openAll(world, ['a'])
    world.says = status(502)
    const b = await world.openTab('b')
    expect([stateOf(a!).kind, features.get(b)!.getConnectionToken(b.store)]).toEqual(['self_hosted', null])
    world.says = selfHosted
    await world.pass(5_000)
    expect(features.get(b)!.getConnectionToken(b.store)).toBe('secret-token of b')
  })

  worldTest('what a tab that follows hears does not take the token of the leading one', async (world) => {
    world.says = selfHosted
    const [a, b] = await openAll(world, ['a', 'b'])
    await b!.dispatch(checkAssistant())
    await settle()
    expect(features.get(a!)!.getConnectionToken(a!.store)).toBe('secret-token of a')
  })
})

describe('users', () => {
  worldTest('who signs out of the leading tab leaves the others theirs', async (world) => {
    world.says = active()
    const tabs = await openAll(world, ['a', 'b'])
    await tabs[0]!.dispatch(assistantInputsChanged({ signedIn: false }))
    await world.pass(1_000)
    expect(kinds(tabs)).toEqual(['loading', 'active'])
    world.says = initializing()
    await tabs[1]!.dispatch(checkAssistant())
    await world.pass(10_000)
    expect(world.asked.filter((what) => what === 'b get').length).toBeGreaterThan(2)
  })

  worldTest('other inputs: each tab checks for itself', async (world) => {
    const tabs = [await world.openTab('a'), await world.openTab('b', { ...signedIn, assistantId: 'mine' })]
    await world.pass(5_000)
    expect(new Set(world.asked)).toEqual(new Set(['a get', 'b get']))
    world.says = active('a1')
    await world.pass(5_000)
    expect(kinds(tabs)).toEqual(['active', 'active'])
  })

  worldTest('different users share nothing', async (world) => {
    const ann = { ...signedIn, userId: 'ann' }
    const bob = { ...signedIn, userId: 'bob' }
    const tabs = [await world.openTab('a', ann), await world.openTab('b', bob)]
    await world.pass(5_000)
    expect(tabs.map((tab) => tab.role())).toEqual(['leading', 'leading'])
    expect(tabs.map((tab) => stateOf(tab).sharing?.led ?? null)).toEqual([null, null])
    expect(new Set(world.asked)).toEqual(new Set(['a get', 'b get']))
  })

  worldTest('another user: nothing of the last one is left', async (world) => {
    world.says = active()
    const tabs = await openAll(world, ['a', 'b'])
    for (const tab of tabs) await tab.dispatch(userChanged({ userId: 'bob' }))
    await settle()
    expect(tabs.map((tab) => tab.role())).toEqual(['leading', 'following'])
    await world.pass(2_000)
    expect(kinds(tabs)).toEqual(['active', 'active'])
  })
})

describe('bad input', () => {
  worldTest('what another tab tells that cannot be read is reported, and changes nothing', async (world) => {
    const [a] = await openAll(world, ['a'])
    const before = stateOf(a!)
    for (const payload of [{}, { kind: 'state', state: 3 }, { kind: 'command', command: { type: 'x' } }])
      a!.store.dispatch({ ...featureTold(payload), meta: { at: 1, source: 'keeper', origin: 'b-1' } })
    expect(stateOf(a!)).toBe(before)
    expect(a!.problems.map(({ kind }) => kind)).toEqual([`malformed ${featureTold.type}`])
  })
})

test('without tabs it does what `assistant` does', async () => {
  const { createTurnkeeper } = await import('redux-turnkeeper')
  const { configureStore } = await import('@reduxjs/toolkit')
  const { createManualClock, createManualEnvironment } = await import('redux-turnkeeper/testing')
  const clock = createManualClock(1_000_000)
  let checks = 0
  const getAssistant = async () => ({ ...initializing(), checks: (checks += 1) }) as never
  const keeper = createTurnkeeper({
    clock,
    environment: createManualEnvironment(),
    features: [sharedAssistant({ ports: { getAssistant } })],
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer },
    middleware: (gDM) => gDM().prepend(keeper.middleware),
  })
  store.dispatch(assistantInputsChanged(signedIn))
  await clock.advanceAsync(10_000, 1_000)
  expect(checks).toBeGreaterThan(3)
  keeper.dispose()
})
