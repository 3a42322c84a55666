/** What a person does, and what the app says on its own. */
import { conversationRekeyed, sessionStatusChanged } from 'redux-turnkeeper'
import type { Submitted } from 'redux-turnkeeper'
import { textsIn } from './truth'
import { dispatching, flush, pageOf, pick } from './world'
import type { Take } from './world'

export const PERSON_STEPS: Readonly<Record<string, Take>> = {
  submit: async (world, a, b) => {
    const page = pageOf(world, a)
    if (!page) return
    const turnId = `t${++world.minted}`
    const { taken } = page.dispatch(
      page.keeper.submitTurn({
        turnId,
        conversationId: pick(world.keys, a)!,
        input: turnId,
        mode: b % 3 === 0 ? 'now' : 'queue',
      }),
    ) as Submitted
    await flush(world)
    // What nobody who is signed in has typed stays with the tabs of nobody.
    if (world.client.user === null && world.client.features.tabs) return
    // In a view that was jumped to, DevTools has it in its history.
    if (taken || textsIn(page.state()).has(turnId)) world.submitted.push(turnId)
  },
  stop: dispatching(({ keeper }, { keys }, a) => keeper.stopTurn({ conversationId: pick(keys, a)! })),
  'stop session': dispatching(({ keeper }, { keys }, a) =>
    keeper.stopSession({ conversationId: pick(keys, a)! }),
  ),
  'list sessions': dispatching(({ keeper }) => keeper.reconcileSessions()),
  steer: dispatching(({ keeper }, world, a) => {
    const steerId = `s${++world.minted}`
    return keeper.steerTurn({ conversationId: pick(world.keys, a)!, input: steerId, steerId })
  }),
  withdraw: dispatching(({ keeper }, { submitted }, a) => {
    const turnId = pick(submitted, a)
    return turnId === undefined ? { type: 'nothing' } : keeper.removeQueued({ turnId })
  }),
  'answer a question': dispatching(({ keeper }, { server }, a) => {
    const asking = pick(
      server.turns.filter(({ question }) => question !== null),
      a,
    )
    if (!asking) return { type: 'nothing' }
    const { conversationId, question } = asking
    return keeper.answerInput({ conversationId, requestId: question!, answer: 'yes' })
  }),
  'new key': async (world, a) => {
    const place = a % world.keys.length
    const from = world.keys[place]!
    const to = `k${++world.minted}`
    world.keys[place] = to
    world.server.rename(from, to)
    for (const page of world.client.pages) page.goLive()
    await world.client.dispatchToAll(conversationRekeyed({ from, to }))
  },
  /** The app tells what is so of a process at this moment. */
  'session stated': dispatching((_page, { server, keys }, a) => {
    const conversationId = pick(keys, a)!
    return sessionStatusChanged({ conversationId, status: server.sessionStatus(conversationId) })
  }),
  /** Or in, where nobody is. */
  'signs out': async ({ client, host, submitted, signedOut }, _a, b) => {
    for (const page of client.pages) page.goLive()
    if (client.user === null) return client.signIn(client.newUser())
    for (const turnId of submitted) signedOut.add(turnId)
    host.forget()
    await client.signIn(null)
    if (b % 2 === 1) await client.signIn(client.newUser())
  },
}
