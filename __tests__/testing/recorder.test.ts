import { configureStore } from '@reduxjs/toolkit'
import { endTurn, turnStarted } from '../../src/actions'
import { createManualEnvironment, createRecorder } from '../../src/testing'

describe('recorder', () => {
  test('records actions in order, without the thunks, and tells them as a story', () => {
    const recorder = createRecorder()
    const store = configureStore({ reducer: () => 0, middleware: (gDM) => gDM().concat(recorder.middleware) })
    store.dispatch(turnStarted({ conversationId: 'c1', runId: 'r1' }, { at: 1 }))
    store.dispatch(() => 'a thunk')
    store.dispatch(endTurn({ conversationId: 'c1', reason: 'complete', error: { message: 'no' } }, { at: 2 }))
    expect(recorder.types()).toEqual(['turns/started', 'turns/ended'])
    expect(recorder.types('turns/e')).toEqual(['turns/ended'])
    expect(recorder.story()).toEqual([
      'turns/started stream conversationId=c1 runId=r1',
      'turns/ended app conversationId=c1 reason=complete',
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
})
