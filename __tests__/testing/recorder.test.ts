import { configureStore } from '@reduxjs/toolkit'
import { endTurn, signals } from 'redux-turnkeeper'
import { createManualEnvironment, createRecorder } from 'redux-turnkeeper/testing'

describe('recorder', () => {
  test('records actions in order, without the thunks, and tells them as a story', () => {
    const recorder = createRecorder()
    const store = configureStore({ reducer: () => 0, middleware: (gDM) => gDM().concat(recorder.middleware) })
    store.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1' }, { at: 1 }))
    store.dispatch(() => 'a thunk')
    store.dispatch(endTurn({ conversationId: 'c1', reason: 'complete', error: { message: 'no' } }, { at: 2 }))
    expect(recorder.types()).toEqual(['turnkeeper/signals/turnStarted', 'turnkeeper/endTurn'])
    expect(recorder.types('turnkeeper/e')).toEqual(['turnkeeper/endTurn'])
    expect(recorder.story()).toEqual([
      'turnkeeper/signals/turnStarted stream conversationId=c1 runId=r1',
      'turnkeeper/endTurn app conversationId=c1 reason=complete',
    ])
    recorder.clear()
    expect(recorder.actions).toEqual([])
  })
})

describe('manual environment', () => {
  test('is visible until it is hidden, and tells its listeners', () => {
    const environment = createManualEnvironment()
    const heard: string[] = []
    const unsubscribe = environment.subscribe((event) => heard.push(`${event} ${environment.hidden()}`))
    for (const event of ['hidden', 'offline', 'visible'] as const) environment.emit(event)
    unsubscribe()
    environment.emit('online')
    expect(heard).toEqual(['hidden true', 'offline true', 'visible false'])
  })

  test('has a page, unless it is that of a server', () => {
    expect([createManualEnvironment().page, createManualEnvironment({ page: false }).page]).toEqual([
      true,
      false,
    ])
  })
})
