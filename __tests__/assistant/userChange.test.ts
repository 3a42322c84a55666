/**
 * Letter S: another user, or none, and everything of the last one goes, before anything is asked for the next.
 * From Chatterino/chatterino2#2320, vellum-ai/vellum-assistant#17523, openai/codex#27601.
 */
import { conversationRekeyed, userChanged } from '../../src/actions'
import { assistantInputsChanged, hatchVersion } from '../../src/features/assistant'
import type { AssistantInputsPayload } from '../../src/features/assistant'
import { active, checksAfterEach, gone, initializing, setUp, signedIn, signedOut } from './setup'
import type { Host, Setup } from './setup'

checksAfterEach()

const texts = (h: Host, id = 'c1') => {
  const { selectQueue, selectDrafts } = h.keeper.selectors
  const root = h.store.getState()
  return [...selectQueue(root, id), ...selectDrafts(root, id)].map(({ input }) => input)
}
const sent = (h: Host) => h.sends.map(({ input }) => input)

/** Whose assistant answers is the host's to know: who the cookie says. */
function shared(given: Setup = {}) {
  const host = { user: 'A', isUp: true }
  const checkedAs: string[] = []
  const h = setUp({
    script: { get: () => (host.isUp ? active(`a-of-${host.user}`) : initializing(`a-of-${host.user}`)) },
    turnPorts: {
      fetchStatus: async (ids) => {
        checkedAs.push(...ids.map((id) => `${id} as ${host.user}`))
        return {}
      },
    },
    ...given,
  })
  return { h, host, checkedAs }
}

const signIn = async ({ h, host }: ReturnType<typeof shared>, user: string, id?: string) => {
  host.user = user
  h.inputs({ ...signedIn, ...(id !== undefined && { userId: id }) })
  await h.pass(1_000, 100)
}

describe('signing out', () => {
  test('nothing of A’s queue is sent to B’s assistant, or left for B to read', async () => {
    const scene = shared()
    const { h, host } = scene
    host.isUp = false
    await signIn(scene, 'A')
    h.submit('A’s secret prompt')
    expect(texts(h)).toEqual(['A’s secret prompt'])
    h.inputs(signedOut)
    expect(texts(h)).toEqual([])
    await h.pass(1_000)
    host.isUp = true
    await signIn(scene, 'B')
    await h.pass(10_000)
    expect([h.now().assistantId, sent(h), texts(h)]).toEqual(['a-of-B', [], []])
    expect(JSON.stringify(h.state())).not.toMatch(/secret/)
  })

  test('A’s conversation is not asked about as B, and shows nothing that runs', async () => {
    const scene = shared()
    const { h, checkedAs } = scene
    await signIn(scene, 'A')
    h.submit('A’s prompt')
    await h.pass(1_000)
    expect(h.keeper.selectors.selectIsBusy(h.store.getState(), 'c1')).toBe(true)
    h.inputs(signedOut)
    expect(h.keeper.selectors.selectIsBusy(h.store.getState(), 'c1')).toBe(false)
    await h.pass(60_000)
    const asOut = checkedAs.length
    await signIn(scene, 'B')
    await h.pass(60_000)
    expect(checkedAs.slice(asOut)).toEqual([])
  })

  test('a key that a conversation of A’s once had leads B nowhere else', async () => {
    const scene = shared()
    const { h } = scene
    await signIn(scene, 'A')
    h.dispatch(conversationRekeyed({ from: 'new', to: 'of-A' }))
    h.inputs(signedOut)
    await signIn(scene, 'B')
    h.submit('B’s prompt', 'new')
    await h.pass(1_000)
    expect(h.sends).toMatchObject([{ conversationId: 'new', input: 'B’s prompt' }])
  })

  test('what was in flight for A is let go, and its answer starts nothing for B', async () => {
    const h = setUp()
    await h.beginGone()
    h.inputs(signedOut)
    expect(h.host.of('hatch')[0]!.signal.aborted).toBe(true)
    h.inputs(signedIn)
    h.host.of('hatch')[0]!.settle(active('a-of-A'))
    await h.pass(100)
    expect([h.kind(), h.now().assistantId]).toEqual(['loading', null])
  })

  test('the first word of a page is that nobody is signed in: what an earlier page left goes', async () => {
    const first = setUp()
    await first.begin(initializing())
    first.submit('of the page before')
    const leftCore = JSON.parse(JSON.stringify(first.state()))
    const h = setUp({ left: leftCore.assistant, leftCore, from: first.clock.now() })
    expect(texts(h)).toEqual(['of the page before'])
    h.inputs(signedOut)
    expect([texts(h), h.kind()]).toEqual([[], 'loading'])
    await h.pass(60_000)
    expect(h.host.calls.filter(({ signal }) => !signal.aborted)).toEqual([])
  })
})

describe('an account switch without a sign-out', () => {
  test('the id tells: everything of A goes, in the same turn', async () => {
    const scene = shared()
    const { h, host } = scene
    host.isUp = false
    await signIn(scene, 'A', 'user-A')
    h.submit('A’s secret prompt')
    host.user = 'B'
    host.isUp = true
    h.inputs({ ...signedIn, userId: 'user-B' })
    expect([h.kind(), h.now().assistantId, texts(h)]).toEqual(['loading', null, []])
    expect(h.state().turns.userId).toBe('user-B')
    await h.pass(10_000, 100)
    expect([h.now().assistantId, sent(h)]).toEqual(['a-of-B', []])
  })

  test('the core is told before anything is asked for B', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, userId: 'user-A' })
    await h.host.answer('get', active('a-of-A'))
    const before = h.recorder.actions.length
    h.inputs({ ...signedIn, userId: 'user-B' })
    const types = h.recorder.actions.slice(before).map(({ type }) => type.replace('turnkeeper/', ''))
    expect(types.slice(0, 2)).toEqual(['assistant/inputsChanged', 'userChanged'])
    expect(types.slice(2)).toContain('assistant/checkClaimed')
  })

  test('an id that is told while it is loading tells as well', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, userId: 'user-A' })
    await h.host.answer('get', initializing())
    h.submit()
    h.inputs({ ...signedIn, userId: 'user-B', loading: true })
    expect([texts(h), h.is('get')]).toEqual([[], 1])
  })

  test('an account switch over a reload: what was restored was A’s', async () => {
    const first = setUp()
    first.inputs({ ...signedIn, userId: 'user-A' })
    await first.host.answer('get', initializing())
    first.submit('A’s secret prompt')
    const leftCore = JSON.parse(JSON.stringify(first.state()))
    const h = setUp({ leftCore, from: first.clock.now() })
    expect(texts(h)).toEqual(['A’s secret prompt'])
    h.inputs({ ...signedIn, userId: 'user-B' })
    await h.host.answer('get', active('a-of-B'))
    await h.pass(1_000)
    expect([texts(h), sent(h)]).toEqual([[], []])
  })

  test('the app itself says so to the core: the assistant follows', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, userId: 'user-A' })
    await h.host.answer('get', active('a-of-A'))
    h.dispatch(userChanged({ userId: 'user-B' }))
    expect([h.kind(), h.now().assistantId, h.now().inputs?.userId]).toEqual(['loading', null, 'user-B'])
    await h.host.answer('get', active('a-of-B'))
    h.dispatch(userChanged({ userId: null }))
    expect([h.kind(), h.now().assistantId, h.is('get')]).toEqual(['loading', null, 2])
    h.dispatch(hatchVersion())
    expect(h.asked()).toEqual([])
  })
})

describe('mirror: the same user keeps everything', () => {
  test.each<[string, readonly AssistantInputsPayload[]]>([
    ['"loading" in between', [{ signedIn: true, loading: true }, signedIn]],
    ['signed in or not is not known for a while', [{ signedIn: false, loading: true }, signedIn]],
    ['the id becomes known later', [{ ...signedIn, userId: 'user-A' }]],
    [
      'the id is left out again',
      [{ ...signedIn, userId: 'user-A' }, signedIn, { ...signedIn, userId: 'user-A' }],
    ],
    [
      '"loading" without the id in between',
      [
        { ...signedIn, userId: 'user-A' },
        { signedIn: false, loading: true },
        { ...signedIn, userId: 'user-A' },
      ],
    ],
    ['the platform’s session runs out and is renewed', [{ ...signedIn, platformSession: false }, signedIn]],
    ['another assistant is selected', [{ ...signedIn, assistantId: 'a9' }]],
    ['the user goes over to a gateway', [{ ...signedIn, gatewayAuth: {} }]],
  ])('%s: the message waits, and goes', async (_name, words) => {
    const h = setUp({ script: { get: (_request, nth) => (nth < 2 ? initializing('a1') : active('a1')) } })
    h.inputs(signedIn)
    await h.pass(1_000, 100)
    h.submit('hello')
    for (const inputs of words) {
      h.inputs(inputs)
      await h.pass(1_000, 100)
    }
    await h.pass(10_000, 100)
    expect(sent(h)).toEqual(['hello'])
  })

  test('what was typed before it was known who is signed in goes to who signs in', async () => {
    const h = setUp()
    h.submit('hello')
    h.inputs({ signedIn: false, loading: true })
    h.inputs({ ...signedIn, userId: 'user-A' })
    await h.host.answer('get', active())
    expect(sent(h)).toEqual(['hello'])
  })

  test.each<[string, AssistantInputsPayload]>([
    ['a gateway', { ...signedIn, gatewayAuth: { assistantId: 'mine' } }],
    ['a selected assistant', { ...signedIn, assistantId: 'mine' }],
  ])('"loading" leaves out what was told before (%s): it still counts', async (_name, inputs) => {
    const h = setUp()
    h.inputs(inputs)
    if (h.is('get') > 0) await h.host.answer('get', active('mine'))
    const { generation, since } = h.now()
    await h.pass(1_000)
    h.inputs({ signedIn: false, loading: true })
    await h.pass(1_000)
    h.inputs(inputs)
    expect(h.now()).toMatchObject({ kind: 'active', assistantId: 'mine', generation, since })
  })

  test('nobody is signed in, and that is no news: what a visitor typed stays', async () => {
    const h = setUp()
    h.inputs(signedOut)
    h.submit('hello')
    h.inputs({ ...signedOut, nonProduction: true })
    expect(texts(h)).toEqual(['hello'])
  })

  test('while it is loading nothing new is asked, and what is in flight may be answered', async () => {
    const h = setUp()
    await h.begin(initializing())
    h.inputs({ ...signedIn, loading: true })
    await h.pass(600_000)
    expect([h.is('get'), h.kind(), h.now().recoveries]).toEqual([1, 'initializing', 0])
    h.inputs(signedIn)
    expect(h.is('get')).toBe(2)
    await h.host.answer('get', active())
    expect(h.kind()).toBe('active')
  })

  test('the core hears of the sign-out late: who has signed in since stays signed in', () => {
    const h = setUp()
    h.inputs({ ...signedIn, userId: 'user-A' })
    const said = [
      assistantInputsChanged(signedOut),
      assistantInputsChanged({ ...signedIn, userId: 'user-B' }),
      userChanged({ userId: null }),
    ]
    const { assistant } = said.reduce(h.keeper.reducer, h.state()) as ReturnType<typeof h.state>
    expect(assistant).toMatchObject({ inputs: { signedIn: true, userId: 'user-B' }, userChange: null })
  })

  test('the core hears who it is that had signed in without an id: the assistant stays up', async () => {
    const h = setUp()
    await h.begin(active('a1'))
    const before = h.now()
    h.dispatch(userChanged({ userId: 'user-A' }))
    const inputs = { ...before.inputs, userId: 'user-A' }
    expect([h.now(), h.is('get')]).toEqual([{ ...before, seq: before.seq + 1, inputs }, 1])
  })

  test('the same user again changes nothing, to the reference', async () => {
    const h = setUp()
    h.inputs({ ...signedIn, userId: 'user-A' })
    await h.host.answer('get', active())
    const before = h.state()
    h.inputs({ ...signedIn, userId: 'user-A' })
    h.dispatch(userChanged({ userId: 'user-A' }))
    expect(h.state()).toBe(before)
    expect(h.recorder.types(userChanged.type)).toHaveLength(2)
  })
})

describe('bad input', () => {
  test.each([
    ['userId', { signedIn: true, userId: {} }],
    ['signedIn', { signedIn: 'yes' }],
    ['gatewayAuth', { signedIn: true, gatewayAuth: true, assistantId: 7 }],
  ])('a malformed "%s" is reported, and changes nothing', async (_name, inputs) => {
    const h = setUp()
    const before = h.now()
    h.dispatch(assistantInputsChanged(inputs as never))
    expect(h.now()).toBe(before)
    expect(h.problems.map(({ kind }) => kind)).toEqual([`malformed ${assistantInputsChanged.type}`])
  })

  test('a number is an id as well', () => {
    const h = setUp()
    h.inputs({ ...signedIn, userId: 42 as never })
    expect(h.now().inputs?.userId).toBe('42')
  })

  test('nobody has no assistant', async () => {
    const h = setUp()
    h.inputs(signedOut)
    await h.pass(60_000)
    expect(h.host.calls).toEqual([])
    expect(h.now()).toMatchObject({ kind: 'loading', userChange: null })
    await h.begin(gone)
    expect(h.is('get')).toBe(1)
  })
})
