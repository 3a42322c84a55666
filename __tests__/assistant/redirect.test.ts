/** Letter S: without a platform session the onboarding redirect is delivered all the same. */
import { selectAssistantRedirect } from '../../src/features/assistant'
import { checksAfterEach, setUp, signedIn, signedOut } from './setup'

checksAfterEach()

const noSession = { ...signedIn, platformSession: false }
const resolveOnboardingRedirect = () => '/welcome'
const redirect = (h: ReturnType<typeof setUp>) => selectAssistantRedirect(h.store.getState())

test('nobody can be asked, and the app is told where to go', async () => {
  const h = setUp()
  h.inputs({ ...noSession, resolveOnboardingRedirect })
  expect([redirect(h), h.kind()]).toEqual(['/welcome', 'loading'])
  await h.pass(60_000)
  expect(h.host.calls).toEqual([])
})

test('it goes with the session that comes', async () => {
  const h = setUp()
  h.inputs({ ...noSession, resolveOnboardingRedirect })
  h.inputs({ ...signedIn, resolveOnboardingRedirect })
  expect(h.is('get')).toBe(1)
  await h.vanish()
  expect(redirect(h)).toBe('/welcome')
})

test('it is delivered once the rule gives one', () => {
  const h = setUp()
  h.inputs({ ...noSession, resolveOnboardingRedirect: () => null })
  expect(redirect(h)).toBeNull()
  h.inputs({ ...noSession, redirect: '/plans' })
  expect(redirect(h)).toBe('/plans')
})

test.each([
  ['who has just retired the assistant', { ...noSession, retired: true, resolveOnboardingRedirect }],
  ['who is signed out', { ...signedOut, resolveOnboardingRedirect }],
  ['of whom nothing is known yet', { ...noSession, loading: true, resolveOnboardingRedirect }],
  ['who comes in through a gateway', { ...noSession, gatewayAuth: {}, resolveOnboardingRedirect }],
])('mirror: not to one %s', (_name, inputs) => {
  const h = setUp()
  h.inputs(inputs)
  expect(redirect(h)).toBeNull()
})
