import { conversationClosed, conversationRekeyed, endTurn, queueResumed, sendingGated, sessionStatusChanged, signals, stateRestored } from 'redux-turnkeeper'
import { createRandom } from '../random'
import { createLab } from './lab'

const SEEDS = Number(process.env.SEEDS ?? 200)
const FROM = Number(process.env.FROM ?? 1)
const STEPS = 40
test.each(Array.from({ length: SEEDS }, (_, i) => i + FROM))('walk %d', async (seed) => {
  const random = createRandom(seed)
  const pick = <T,>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const lab = createLab({
    sendWhileBusy: pick(['queue', 'send'] as const),
    onUserStop: pick(['drain', 'hold'] as const),
    stopScope: pick(['turn', 'conversation'] as const),
    hardLimit: pick([null, 60_000]),
  })
  lab.backend.auto.clear()
  const story: string[] = []
  let n = 0
  const cs = ['c1', 'c2', 'd1']
  const runs = ['r1', 'r2', 'r3', undefined]
  const c = () => pick(cs)
  const submitted: string[] = []
  const someTurn = () => (submitted.length > 0 && random() < 0.9 ? pick(submitted) : 'x1')
  const addr = () => {
    const k = pick([0, 1, 2, 3])
    const conversationId = c()
    if (k === 0) return { conversationId }
    if (k === 1) return { conversationId, turnId: someTurn() }
    const runId = pick(runs)
    return { conversationId, ...(runId && { runId }), ...(k === 3 && { turnId: someTurn() }) }
  }
  const say = async (name: string, action: unknown) => { story.push(`${name} ${JSON.stringify((action as { payload?: unknown }).payload ?? '')}`); await lab.dispatch(action) }
  const steps: (() => Promise<unknown> | unknown)[] = [
    () => { const id = `t${++n}`; const cc = c(); story.push(`submit ${id} ${cc}`); submitted.push(id); return lab.submit(id, cc, random() < 0.2 ? { mode: 'now' } : {}) },
    () => { const id = `t${++n}`; const cc = c(); story.push(`submit ${id} ${cc}`); submitted.push(id); return lab.submit(id, cc) },
    () => say('steer', lab.keeper.steerTurn({ conversationId: c(), input: 's', steerId: `s${++n}` })),
    () => { const p = lab.backend.of('send', 'pending'); if (!p.length) return; const r = pick(p); const runId = pick(runs); const as = pick([undefined, 'queued', 'started'] as const); story.push(`accept ${r.key} ${runId} ${as}`); lab.backend.accept('send', { ...(runId && { runId }), ...(as && { as }) }, r.key); return lab.dispatch() },
    () => { const p = lab.backend.of('send', 'pending'); if (!p.length) return; const r = pick(p); const reason = pick(['busy', 'error', 'gone']); story.push(`refuse ${r.key} ${reason}`); lab.backend.refuse('send', { reason }, r.key); return lab.dispatch() },
    () => { const p = lab.backend.of('send', 'pending'); if (!p.length) return; const r = pick(p); story.push(`lose ${r.key}`); lab.backend.lose('send', r.key); return lab.dispatch() },
    () => { const p = lab.backend.of('stop', 'pending'); if (!p.length) return; const how = pick(['accept', 'refuse', 'unreachable', 'lose']); story.push(`stop ${how}`); if (how === 'accept') lab.backend.accept('stop'); else if (how === 'lose') lab.backend.lose('stop'); else lab.backend.refuse('stop', how === 'refuse' ? {} : { reason: 'unreachable' }); return lab.dispatch() },
    () => { const p = lab.backend.of('status', 'pending'); if (!p.length) return; const answers: Record<string, unknown> = {}; for (const id of p[0]!.request) { const status = pick(['running', 'idle', 'absent', 'awaiting_input', 'no_status']); const runId = pick(runs); const last = pick([null, { runId: pick(['r1', 'r2']), outcome: pick(['complete', 'error']) }]); answers[id] = { status, ...(status !== 'idle' && status !== 'absent' && runId && { runId }), ...(last && { last }), ...(random() < 0.2 && { startedMsAgo: 100_000 }), ...(random() < 0.2 && { questions: [] }) } } story.push(`answer ${JSON.stringify(answers)}`); return lab.answer(answers) },
    () => { if (!lab.backend.of('status', 'pending').length) return; story.push('status lost'); lab.backend.lose('status'); return lab.dispatch() },
    () => say('start', signals.turnStarted({ ...addr(), ...(random() < 0.1 && { startedMsAgo: 100_000 }) })),
    () => say('progress', signals.turnProgressed({ ...addr(), kind: pick(['output', 'tool_open'] as const), callId: 'x' })),
    () => say('progress', signals.turnProgressed({ ...addr(), kind: 'output' })),
    () => say('end', signals.turnEnded({ ...addr(), reason: pick(['complete', 'error', 'cancelled'] as const) })),
    () => say('ask', signals.inputRequested({ ...addr(), ...(random() < 0.7 && { requestId: pick(['q1', 'q2']) }) })),
    () => say('resolve', signals.inputResolved({ ...addr(), ...(random() < 0.7 && { requestId: pick(['q1', 'q2']) }) })),
    () => say('error', signals.errorReported({ ...addr(), error: { message: 'e' } })),
    () => say('requestEnded', signals.requestEnded({ ...addr(), how: pick(['failed', 'clean_end'] as const) })),
    () => say('reported', signals.sessionReported({ conversationId: c(), status: pick(['idle', 'busy', 'error', 'running']) })),
    () => say('child', signals.turnStarted({ conversationId: c(), runId: pick(['k1', 'r1']), role: 'child' })),
    () => say('childOpened', signals.childOpened({ child: pick(['c2', 'kid']), parent: c() })),
    () => say('dropped', signals.streamDropped({})),
    () => say('opened', signals.streamOpened({ ...(random() < 0.5 && { boot: pick(['b1', 'b2', 'b3']) }) })),
    () => say('restarted', signals.backendRestarted({})),
    () => say('session', sessionStatusChanged({ conversationId: c(), status: pick(['starting', 'running', 'ready', 'interrupted', 'stopped', 'error'] as const) })),
    () => say('stop', lab.keeper.stopTurn({ conversationId: c() })),
    () => say('stopTurn', lab.keeper.stopTurn({ turnId: someTurn() })),
    () => say('stopSession', lab.keeper.stopSession({ conversationId: c() })),
    () => { const p = lab.backend.of('stopSession', 'pending'); if (!p.length) return; const how = pick(['accept', 'refuse']); story.push(`stopSession ${how}`); if (how === 'accept') lab.backend.accept('stopSession'); else lab.backend.refuse('stopSession', { reason: 'error' }); return lab.dispatch() },
    () => say('endTurn', endTurn({ ...addr(), reason: pick(['complete', 'rescued', 'cancelled'] as const) })),
    () => say('closed', conversationClosed({ conversationId: c() })),
    () => say('rekey', conversationRekeyed({ from: 'd1', to: pick(['c1', 'c2']), ...(random() < 0.5 && { turnId: someTurn() }) })),
    () => say('rekey', conversationRekeyed({ from: c(), to: c() })),
    () => say('gate', sendingGated({ open: random() < 0.8 })),
    () => say('resume', queueResumed({ conversationId: c() })),
    () => say('remove', lab.keeper.removeQueued({ turnId: someTurn() })),
    () => say('restored', stateRestored({ live: [{ conversationId: c(), turnId: someTurn(), runs: ['r1'], input: 'x' }] })),
    () => { const ms = pick([1, 1_000, 6_000, 21_000, 61_000]); story.push(`advance ${ms}`); return lab.advance(ms, 1_000) },
    () => { const ms = pick([1, 1_000, 6_000, 21_000, 61_000]); story.push(`advance ${ms}`); return lab.advance(ms, 1_000) },
    () => { story.push('sleep'); lab.clock.jump(600_000); return lab.advance(0) },
  ]
  let at = 0
  try {
    for (; at < STEPS; at++) {
      const before = lab.broken.length
      await pick(steps)()
      if (lab.broken.length > before) throw new Error(`broken: ${lab.broken[before]}`)
      if (lab.errors.length > 0) throw new Error(`error: ${JSON.stringify(lab.errors[0], (_, v) => v instanceof Error ? v.stack : v)}`)
    }
    // A truthful server, on which nothing runs.
    story.push('--- truthful, idle')
    lab.backend.auto.add('status').add('open')
    for (const id of [...cs, 'kid', ...lab.turns().byConversation.buckets.flat().map((e) => e.conversationId)]) lab.backend.world(id, { status: 'idle', questions: [] })
    await lab.dispatch(sendingGated({ open: true }))
    for (const id of cs) await lab.dispatch(queueResumed({ conversationId: id }))
    for (let i = 0; i < 80; i++) {
      for (const r of lab.backend.of('status', 'pending')) lab.backend.accept('status', undefined, r.key)
      for (const r of lab.backend.of('open', 'pending')) lab.backend.accept('open', undefined, r.key)
      for (const r of lab.backend.of('stop', 'pending')) lab.backend.refuse('stop', {}, r.key)
      for (const r of lab.backend.of('stopSession', 'pending')) lab.backend.accept('stopSession', undefined, r.key)
      for (const r of lab.backend.of('send', 'pending')) lab.backend.accept('send', {}, r.key)
      for (const id of cs) await lab.dispatch(queueResumed({ conversationId: id }))
      await lab.advance(20_000, 5_000)
    }
    const busy = lab.keeper.selectors.selectBusyConversationIds(lab.store.getState())
    if (busy.length) throw new Error(`still busy: ${busy} ${JSON.stringify(busy.map((id) => lab.entry(id)))}`)
    if (lab.broken.length) throw new Error(`broken: ${lab.broken[0]}`)
        const drafts = new Map(lab.state().conversations.byId.buckets.flat().flatMap((row) => row.drafts.map((d) => [d.turnId, d] as const)))
    for (let i = 1; i <= n; i++) {
      const id = `t${i}`
      const records = lab.history().filter((r) => r.turnId === id)
      if (records.length > 1) throw new Error(`${id} has ${records.length} records`)
      const delivered = records[0] && ((records[0].grade === 'witnessed' && records[0].outcome === 'complete') || records[0].sendState === 'accepted' || records[0].started === 'named' || records[0].outcome === 'merged')
      if (story.some((l) => l.startsWith(`submit ${id} `)) && !records[0]) throw new Error(`${id} has no record`)
      if (records[0] && records[0].origin === 'local' && !delivered && !drafts.has(id)) throw new Error(`text of ${id} lost: ${JSON.stringify(records[0])}`)
    }
  } catch (error) {
    lab.broken.length = 0
    throw new Error(`seed ${seed} step ${at}: ${(error as Error).message}\n${story.join('\n')}`)
  }
})
