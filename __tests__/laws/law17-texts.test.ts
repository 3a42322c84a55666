/** Law 17, letter U: what went wrong shows in words that an app can translate: a stable code, and no prefix. */
import { sessionStatusChanged, signals, stateRestored } from 'redux-turnkeeper'
import type { ErrorCode } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab, LabExtras, LabOptions } from './lab'

const c1 = { conversationId: 'c1' }

interface Way {
  readonly happens: (lab: Lab) => Promise<unknown>
  readonly options?: LabOptions
  readonly ports?: LabExtras['ports']
  /** It shows in the activity log alone. */
  readonly logOnly?: true
}
const stopped = async (lab: Lab) => {
  await lab.start()
  await lab.dispatch(lab.keeper.stopTurn(c1))
}
const asked = async (lab: Lab) => {
  await lab.start()
  await lab.dispatch(signals.inputRequested({ ...c1, runId: 'r-t1', requestId: 'q1' }))
  void lab.store.dispatch(lab.keeper.answerInput({ ...c1, requestId: 'q1', answer: 'yes' }))
  await lab.dispatch()
}

/** How each text that the package words itself comes up, where nobody else said anything. */
const WAYS: Readonly<Partial<Record<ErrorCode, Way>>> = {
  turn_failed: {
    happens: async (lab) => {
      await lab.start()
      await lab.signalEnd({ runId: 'r-t1', reason: 'error' })
    },
  },
  turn_undelivered: {
    happens: async (lab) => {
      await lab.submit()
      lab.backend.lose('send')
      lab.backend.world('c1', { status: 'idle' })
      await lab.advance(60_000)
    },
  },
  backend_restarted: {
    happens: async (lab) => {
      await lab.start()
      lab.backend.world('c1', { status: 'idle' })
      await lab.dispatch(signals.backendRestarted({ boot: 'b2' }))
      await lab.advance(1)
    },
  },
  hard_limit: {
    options: { hardLimit: 30_000 },
    happens: async (lab) => {
      await lab.start()
      await lab.advance(30_000)
    },
  },
  send_refused: {
    happens: async (lab) => {
      await lab.submit()
      lab.backend.refuse('send')
      await lab.dispatch()
    },
  },
  steer_refused: {
    happens: async (lab) => {
      await lab.start()
      await lab.dispatch(lab.keeper.steerTurn({ ...c1, input: 'and this', steerId: 's1' }))
      lab.backend.refuse('send', {}, 's1')
      await lab.dispatch()
    },
  },
  session_gone: {
    happens: async (lab) => {
      await lab.start()
      await lab.dispatch(sessionStatusChanged({ ...c1, status: 'running' }))
      const done = lab.store.dispatch(lab.keeper.reconcileSessions())
      lab.backend.accept('listSessions', [])
      await done
    },
  },
  session_failed: {
    happens: async (lab) => {
      await lab.start()
      await lab.dispatch(sessionStatusChanged({ ...c1, status: 'error' }))
    },
  },
  session_reported_error: {
    ports: () => ({}),
    happens: (lab) =>
      lab.dispatch(
        signals.turnStarted({ ...c1, turnId: 't1' }),
        signals.sessionReported({ ...c1, status: 'error' }),
      ),
  },
  agent_reported_error: {
    logOnly: true,
    happens: async (lab) => {
      await lab.start()
      await lab.dispatch(signals.errorReported(c1))
    },
  },
  stop_unreachable: {
    happens: async (lab) => {
      await stopped(lab)
      lab.backend.refuse('stop', { reason: 'unreachable' })
      await lab.dispatch()
    },
  },
  stop_no_active_turn: {
    happens: async (lab) => {
      await stopped(lab)
      lab.backend.refuse('stop', { reason: 'no_active_turn' })
      await lab.dispatch()
    },
  },
  stop_failed: {
    happens: async (lab) => {
      await lab.start()
      await lab.dispatch(lab.keeper.stopSession(c1))
      lab.backend.refuse('stopSession')
      await lab.dispatch()
    },
  },
  question_gone: {
    happens: async (lab) => {
      await asked(lab)
      lab.backend.refuse('answer', { reason: 'gone' })
      await lab.dispatch()
    },
  },
  answer_refused: {
    happens: async (lab) => {
      await asked(lab)
      lab.backend.refuse('answer')
      await lab.dispatch()
    },
  },
  request_failed: {
    ports: (ports) => ({
      ...ports,
      sendTurn: (request, context) =>
        request.mode === 'steer' ? Promise.reject(undefined) : ports.sendTurn(request, context),
    }),
    happens: async (lab) => {
      await lab.start()
      await lab.dispatch(lab.keeper.steerTurn({ ...c1, input: 'and this' }))
    },
  },
}

describe('law 17: a text of the package’s own', () => {
  test.each(Object.entries(WAYS))('%s: with its code, and no prefix', async (code, way) => {
    const lab = createLab({ onError: () => undefined, ...way.options }, way.ports ? { ports: way.ports } : {})
    await way.happens(lab)
    const { selectActivityLog, selectLastError } = lab.keeper.selectors
    const log = selectActivityLog(lab.store.getState(), 'c1')
    const shown = way.logOnly ? log.at(-1) : selectLastError(lab.store.getState(), 'c1')
    expect(shown?.code).toBe(code)
    expect(shown?.message).toMatch(/^[A-Z].*\.$/)
    for (const line of log) expect(line.message).not.toMatch(/failed: /)
  })
})

describe('law 17: a text of somebody else’s', () => {
  const error = { message: 'usage limit: come back at 3', code: 'usage_limit' }

  test('is shown as it is, with the code that came with it', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.refuse('send', { error })
    await lab.dispatch()
    expect([lab.error(), lab.errorCode()]).toEqual([error.message, error.code])
    expect(lab.last()?.error).toEqual(error)
  })

  test('also in a signal, a status answer and a restored draft’s conversation', async () => {
    const lab = createLab()
    await lab.start()
    await lab.signalEnd({ runId: 'r-t1', reason: 'error', error })
    expect(lab.last()?.error).toEqual(error)
    const other = createLab()
    await other.dispatch(stateRestored({ live: [{ ...c1, turnId: 't1' }] }))
    await other.checkStatus('c1')
    await other.answer({ c1: { status: 'idle', last: { turnId: 't1', outcome: 'error', error } } })
    expect([other.error(), other.errorCode()]).toEqual([error.message, error.code])
  })

  test.each([
    ['refuse', 'send_refused'],
    ['refuseStop', 'stop_unreachable'],
  ])('without a code of its own it has ours: %s', async (what, code) => {
    const lab = createLab()
    const told = { error: { message: 'no credit' } }
    if (what === 'refuse') {
      await lab.submit()
      lab.backend.refuse('send', told)
    } else {
      await stopped(lab)
      lab.backend.refuse('stop', { reason: 'unreachable', ...told })
    }
    await lab.dispatch()
    expect([lab.error(), lab.errorCode()]).toEqual(['no credit', code])
  })
})
