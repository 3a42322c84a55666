/** Law 23: what changes nothing returns the same references; what is malformed is reported, and changes nothing either. */
import { sessionStatusChanged, streamDropped } from 'redux-turnkeeper'
import type { Problem, TurnkeeperOptions } from 'redux-turnkeeper'
import { createLab } from './lab'
import { NAMES, TYPES, createRichLab, open, payloads, raw } from './payloads'
import type { TurnName } from './payloads'

describe('law 23: an action that changes nothing returns the same references', () => {
  test('every action has its rows', async () => {
    expect(Object.keys(payloads(await createRichLab())).sort()).toEqual([...NAMES].sort())
  })

  test.each(NAMES)('%s', async (name) => {
    const lab = await createRichLab()
    const [changes, nothing, where] = payloads(lab)[name]
    expect(open(lab).tries(raw(name, changes))).toMatch(/^changed/)
    if (nothing === null) return
    const { tries } = open(lab, where === 'empty' ? {} : lab.state())
    if (where === 'again') tries(raw(name, changes))
    expect(tries(raw(name, nothing))).toBe('nothing')
  })
})

describe('law 23: the assistant’s actions before it is spoken of', () => {
  test.each([
    ['assistantCheckRequested', { retry: true }],
    ['assistantVersionChosen', { version: 'v2' }],
    ['assistantOverdue', { generation: 0, deadline: 0 }],
    ['assistantChecked', { nonce: 'n', generation: 0, answer: { ok: true, id: 'a', status: 'active' } }],
    ['assistantHatched', { nonce: 'n', generation: 0, answer: { ok: true, id: 'a', status: 'active' } }],
    ['assistantRetired', { nonce: 'n', generation: 0, answer: { ok: false, status: 404 } }],
    ['assistantProbed', { nonce: 'n', generation: 0, answer: { ok: true } }],
    ['assistantCheckClaimed', { nonce: 'n', generation: 0, owner: 'k' }],
    ['assistantHatchClaimed', { nonce: 'n', generation: 0, owner: 'k' }],
    ['assistantRetireClaimed', { nonce: 'n', generation: 0, owner: 'k' }],
    ['assistantProbeClaimed', { nonce: 'n', generation: 0, owner: 'k' }],
    ['networkChanged', { online: false }],
  ] as const)('%s', async (name, payload) => {
    expect(open(await createRichLab()).tries(raw(name, payload))).toBe('nothing')
  })
})

describe('law 23: what is malformed', () => {
  const ID = /^(conversationId|turnId|runId|requestId|nonce|boot)$/
  const rows = NAMES.flatMap((name) =>
    name === 'woke' || name === 'swept' || name === 'sendingGated' ? [] : [[name]],
  )

  test.each(rows)(
    'an id in %s that is none: nothing changes, and the action and field are named, once',
    async (name) => {
      const lab = await createRichLab()
      const [changes] = payloads(lab)[name as TurnName]
      const field = Object.keys(changes).find((key) => ID.test(key)) ?? 'conversationId'
      const { tries, problems } = open(lab)
      for (const wrong of [7, true, {}, ['c1'], Number.NaN]) {
        expect(tries(raw(name as TurnName, { ...changes, [field]: wrong }))).toBe('nothing')
      }
      expect(problems).toHaveLength(1)
      expect(problems[0]?.message).toContain(TYPES[name as TurnName])
      expect(problems[0]?.message).toContain(`"${field}"`)
    },
  )

  test('each kind of problem is reported on its own', async () => {
    const { tries, problems } = open(await createRichLab())
    for (const name of ['turnStarted', 'turnRetrying', 'turnStarted', 'turnRetrying'] as const)
      tries(raw(name, { turnId: 7 }))
    expect(problems.map(({ kind }) => kind)).toEqual(['malformed turns/started', 'malformed turns/retrying'])
  })

  test('an end or a start that names nobody who is known is reported too', async () => {
    const { tries, problems } = open(await createRichLab())
    expect(tries(raw('turnStarted', { runId: 'nobody' }))).toBe('nothing')
    expect(tries(raw('endTurn', { conversationId: 'c1', turnId: 'nobody', reason: 'complete' }))).toBe(
      'nothing',
    )
    expect(problems.map(({ kind }) => kind)).toEqual(['unplaced', 'unknown turn'])
  })

  test('mirror: what is in order is not', async () => {
    const lab = await createRichLab()
    const { tries, problems } = open(lab)
    for (const name of NAMES) tries(raw(name, payloads(lab)[name][0]))
    expect(problems).toEqual([])
  })
})

describe('law 23: a port', () => {
  const fail = () => {
    throw new Error('not even tried')
  }
  const MISBEHAVES: readonly (readonly [string, () => unknown])[] = [
    ['throws', fail],
    ['returns nothing', () => undefined],
    ['resolves to nothing', async () => undefined],
    ['resolves to null', async () => null],
    ['resolves to a number', async () => 7],
    ['resolves to an empty object', async () => ({})],
    ['resolves to an odd status', async () => ({ status: 'odd', c1: 'odd' })],
  ]
  const create = (name: string, port: () => unknown) => {
    const heard: unknown[] = []
    const problems: Problem[] = []
    const options: TurnkeeperOptions = {
      onError: (error) => void heard.push(error),
      onProblem: (problem) => void problems.push(problem),
    }
    const lab = createLab(options, { ports: (ports) => ({ ...ports, [name]: port }) })
    return { lab, heard, problems }
  }

  describe.each(MISBEHAVES)('that %s', (_how, port) => {
    test('sendTurn: it is not known what became of the send, so the turn goes on', async () => {
      const { lab } = create('sendTurn', port)
      await lab.submit()
      expect([lab.busy(), lab.history(), lab.drafts()]).toEqual([true, [], []])
      lab.backend.world('c1', { status: 'idle', last: { turnId: 't1', outcome: 'complete' } })
      await lab.advance(20_000)
      expect(lab.last()).toMatchObject({ turnId: 't1', outcome: 'complete' })
    })

    test('stopTurn: the turn goes on', async () => {
      let asked = 0
      const { lab } = create('stopTurn', () => (asked++ === 0 ? port() : new Promise(() => undefined)))
      await lab.start()
      await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
      expect([lab.busy(), lab.history()]).toEqual([true, []])
    })

    test('fetchStatus: nothing was said, the turn goes on and is looked up again', async () => {
      let asked = 0
      const { lab } = create('fetchStatus', () => {
        asked++
        return port()
      })
      await lab.start()
      await lab.advance(60_000)
      expect([lab.live()?.turnId, lab.live()?.stalled, lab.history()]).toEqual(['t1', true, []])
      expect(asked).toBeGreaterThan(1)
    })

    test('listSessions: no session is taken for dead', async () => {
      const { lab } = create('listSessions', port)
      await lab.start()
      await lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'running' }))
      expect(await lab.store.dispatch(lab.keeper.reconcileSessions())).toBe(false)
      expect(lab.live()?.turnId).toBe('t1')
    })

    test('openStream: the turn is unverified, and goes on', async () => {
      const { lab } = create('openStream', port)
      await lab.start()
      await lab.dispatch(streamDropped({}))
      expect(lab.live()).toMatchObject({ turnId: 't1', unverified: true })
    })
  })

  test('onTurnEnded that throws: the turn has ended all the same, and onError hears of it', async () => {
    const heard: string[] = []
    const lab = createLab({ onTurnEnded: fail, onError: (_error, { raisedBy }) => void heard.push(raisedBy) })
    await lab.start()
    await lab.end({ conversationId: 'c1', reason: 'complete' })
    expect([lab.busy(), heard]).toEqual([false, ['onTurnEnded']])
  })
})
