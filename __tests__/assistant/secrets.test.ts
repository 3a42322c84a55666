/** Letter S: the token of a connection is in no state, action, DevTools log or persisted copy. The keeper hands it out. */
import {
  assistant,
  assistantAnswered,
  checkAssistant,
  selectAssistantConnection,
} from '../../src/features/assistant'
import type { AssistantInputsPayload } from '../../src/features/assistant'
import { active, checksAfterEach, setUp, signedIn, signedOut } from './setup'
import type { Host } from './setup'

// After each test it is checked that no "secret-token" is in the state or the log.
checksAfterEach()

const local = (token: string | null = 'secret-token', url = 'http://gw', id = 'a1') =>
  active(id, { isLocal: true, connection: { url, token } })
const gateway = (token: string, url = 'http://gw'): AssistantInputsPayload => ({
  signedIn: true,
  gatewayAuth: { assistantId: 'mine', connection: { url, token } },
})
const token = (h: Host) => h.feature.getConnectionToken(h.store)

test.each<[string, (h: Host) => Promise<void>]>([
  ['a status check', (h) => h.begin(local())],
  [
    'a start',
    async (h) => {
      await h.beginGone()
      await h.host.answer('hatch', local())
    },
  ],
  ['a gateway', async (h) => h.inputs(gateway('secret-token'))],
  [
    'the app’s own poll',
    async (h) => {
      await h.begin()
      h.dispatch(assistantAnswered(local() as never))
    },
  ],
])('it comes with %s, and is handed out for the store that it came to', async (_name, give) => {
  const h = setUp()
  const other = setUp()
  await give(h)
  await other.begin(local(null))
  expect(selectAssistantConnection(h.store.getState())).toEqual({ url: 'http://gw' })
  expect(token(h)).toBe('secret-token')
  expect(token(other)).toBeNull()
  expect(h.feature.getConnectionToken(other.store)).toBeNull()
})

test('ports get it with their context', async () => {
  const h = setUp({ has: ['get', 'probe'] })
  await h.begin(local())
  expect(h.host.of('probe')[0]!.context.connection).toEqual({ url: 'http://gw', token: 'secret-token' })
  expect(h.host.of('get')[0]!.context.connection).toBeNull()
  expect(h.feature.getConnectionToken(h.host.of('probe')[0]!.context)).toBe('secret-token')
})

test('it is never persisted: the next page has none until a status check brings it', async () => {
  const first = setUp()
  await first.begin(local())
  const left = JSON.parse(JSON.stringify(first.now()))
  const h = setUp({ left })
  await h.pass(0)
  expect(h.now()).toMatchObject({ kind: 'self_hosted', connection: { url: 'http://gw' } })
  expect(token(h)).toBeNull()
  await h.host.answer('get', local('secret-token-2'))
  expect(token(h)).toBe('secret-token-2')
})

test('a new token in place of an old one', async () => {
  const h = setUp()
  await h.begin(local())
  h.dispatch(checkAssistant())
  await h.host.answer('get', local('secret-token-2'))
  expect(token(h)).toBe('secret-token-2')
})

test('a gateway’s new token: to the reducer the same inputs, to the reference', () => {
  const h = setUp()
  h.inputs(gateway('secret-token'))
  const before = h.now()
  h.inputs(gateway('secret-token-2'))
  expect([h.now() === before, token(h)]).toEqual([true, 'secret-token-2'])
})

test('another gateway, told of while the past is viewed: its token does not go to the address of the old one', () => {
  const h = setUp({ devTools: true })
  h.inputs(gateway('secret-token'))
  h.dispatch({ type: 'app/typed' })
  h.jump(h.index() - 1)
  h.inputs(gateway('secret-token-2', 'http://other'))
  expect([selectAssistantConnection(h.store.getState()), token(h)]).toEqual([
    { url: 'http://gw' },
    'secret-token',
  ])
  h.jumpToTip()
  expect([selectAssistantConnection(h.store.getState()), token(h)]).toEqual([
    { url: 'http://other' },
    'secret-token-2',
  ])
})

test.each<[string, (h: Host) => Promise<void> | void]>([
  ['signing out', (h) => h.inputs(signedOut)],
  ['another user', (h) => h.inputs({ ...signedIn, userId: 'user-B' })],
  [
    'an assistant of the platform’s',
    async (h) => {
      h.dispatch(checkAssistant())
      await h.host.answer('get', active('a2'))
    },
  ],
])('it goes with its connection: %s', async (_name, leave) => {
  const h = setUp()
  h.inputs({ ...signedIn, userId: 'user-A' })
  await h.host.answer('get', local())
  expect(token(h)).toBe('secret-token')
  await leave(h)
  expect(token(h)).toBeNull()
})

test('a feature that serves no store yet has none to hand out', () => {
  expect(assistant().getConnectionToken({ getState: () => ({}) })).toBeNull()
})
