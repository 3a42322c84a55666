/** Law 21: nothing happens because of time travel, whatever is done in the panel, in any order. */
import { endTurn, signals } from 'redux-turnkeeper'
import { ActionCreators } from '../devtools/instrument'
import { createRandom } from '../random'
import { doubledFacts } from '../scenarios/facts'
import { open } from './law21-lab'
import type { Lab } from './law21-lab'

describe('law 21: whatever is done in the panel, in any order', () => {
  const conversations = ['c1', 'c2', '__proto__']

  async function wander(lab: Lab, seed: number, rewrites: boolean): Promise<void> {
    const random = createRandom(seed)
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
    let prompts = 0
    const use: readonly ((conversationId: string) => Promise<void>)[] = [
      (conversationId) =>
        lab.dispatch(lab.keeper.submitTurn({ conversationId, turnId: `t${++prompts}`, input: prompts })),
      (conversationId) => lab.dispatch(signals.turnProgressed({ conversationId, kind: 'output' })),
      (conversationId) => lab.dispatch(endTurn({ conversationId, reason: 'complete' })),
      (conversationId) => lab.dispatch(lab.keeper.stopTurn({ conversationId })),
      () => lab.dispatch({ type: 'app/typed' }),
      () => lab.advance(random() * 30_000),
      () => lab.advance(random() * 3_000),
      async () => {
        const request = lab.backend.requests.find(
          ({ state, kind }) => state === 'pending' && (kind === 'send' || kind === 'stop'),
        )
        if (!request) return
        const { kind, key } = request
        if (random() < 0.2) lab.backend.lose(kind, key)
        else lab.backend.accept(kind, kind === 'send' ? { runId: `r-${key}` } : {}, key)
        await lab.advance(0)
      },
    ]
    const staged = () => lab.lifted.getState().stagedActionIds
    const panel: readonly (() => void)[] = [
      () => lab.devtools.jump(Math.floor(random() * staged().length)),
      () => lab.devtools.live(),
      () => lab.devtools.lock(random() < 0.5),
    ]
    const rewriting: readonly (() => void)[] = [
      () => {
        const id = pick(staged())
        if (id > 0) lab.lifted.dispatch(ActionCreators.toggleAction(id))
      },
      () => lab.devtools.commit(),
      () => lab.devtools.rollback(),
      () => lab.devtools.sweep(),
    ]
    for (let step = 0; step < 60; step += 1) {
      const before = lab.backend.requests.length
      const { currentStateIndex, isLocked } = lab.lifted.getState()
      const frozen = isLocked || currentStateIndex < staged().length - 1
      const dice = random()
      if (dice < 0.75) await pick(use)(pick(conversations))
      else if (dice < 0.95 || !rewrites) pick(panel)()
      else pick(rewriting)()
      // What was asked for in a frozen view leaves once it shows, be it in the past; but nobody looks around there.
      const left = lab.backend.requests.slice(before).map(({ kind }) => kind)
      if (frozen) expect(left.filter((kind) => kind === 'status' || kind === 'open')).toEqual([])
    }
    lab.devtools.lock(false)
    lab.devtools.live()
  }

  function expectNothingTwice(lab: Lab): void {
    const sends = lab.backend.of('send').map(({ key }) => key)
    expect(sends).toEqual([...new Set(sends)])
    const told = lab.ended
      .filter(({ corrected, revocations }) => !corrected && revocations === 0)
      .map(({ turnId }) => turnId)
    expect(told).toEqual([...new Set(told)])
    expect(doubledFacts(lab.store.getState().turnkeeper)).toEqual([])
  }

  test.each(Array.from({ length: 40 }, (_, seed) => seed))('seed %i: jumps and locks', async (seed) => {
    const lab = open()
    for (const id of conversations) lab.backend.world(id, { status: 'running' })
    await wander(lab, seed, false)
    for (const id of conversations) lab.backend.world(id, { status: 'idle' })
    await lab.advance(60_000)
    while (lab.backend.of('send', 'pending').length > 0) {
      lab.backend.accept('send')
      await lab.advance(60_000)
    }
    while (lab.backend.of('stop', 'pending').length > 0) lab.backend.accept('stop')
    for (let i = 0; i < 20; i += 1) {
      await lab.advance(60_000)
      while (lab.backend.of('send', 'pending').length > 0) lab.backend.accept('send')
    }
    expectNothingTwice(lab)
    expect(lab.keeper.selectors.selectBusyConversationIds(lab.store.getState())).toEqual([])
    const ended = lab.keeper.selectors.selectHistory(lab.store.getState()).map(({ turnId }) => turnId)
    expect([...new Set(lab.ended.map(({ turnId }) => turnId))].sort()).toEqual(ended.toSorted())
  })

  test.each(Array.from({ length: 40 }, (_, seed) => 1_000 + seed))(
    'seed %i: history rewritten as well',
    async (seed) => {
      const lab = open()
      for (const id of conversations) lab.backend.world(id, { status: 'running' })
      await wander(lab, seed, true)
      await lab.dispatch({ type: 'app/typed' })
      await lab.advance(60_000)
      expectNothingTwice(lab)
    },
  )
})
