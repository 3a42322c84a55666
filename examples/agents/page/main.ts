/** One conversation with a real agent: its text, its phase, its questions, and the records of its turns. */
import { configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import { connectTo } from './connect'

const find = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind
const name = new URLSearchParams(location.search).get('server') ?? 'codex'
find('server').textContent = name

const transcript = find('transcript')
const { connection, createConversation, yes } = connectTo(name, (text) => transcript.append(text))
const keeper = createTurnkeeper<string>({ connection })
const store = configureStore({
  reducer: { [keeper.reducerPath]: keeper.reducer },
  middleware: (getDefault) => getDefault().prepend(keeper.middleware),
})
const conversationId = await createConversation()
const { selectors } = keeper

find<HTMLFormElement>('composer').onsubmit = (event) => {
  event.preventDefault()
  const { value: input } = find<HTMLInputElement>('prompt')
  transcript.append(`\n> ${input}\n`)
  store.dispatch(keeper.submitTurn({ conversationId, input }))
}
find('stop').onclick = () => void store.dispatch(keeper.stopTurn({ conversationId }))

function render(): void {
  const state = store.getState()
  find('phase').textContent = selectors.selectPhase(state, conversationId)
  find<HTMLButtonElement>('stop').disabled = !selectors.selectCanStop(state, conversationId)
  const records = selectors.selectHistory(state).map(({ turnId, outcome, grade }) => {
    const item = document.createElement('li')
    item.textContent = `${turnId}: ${outcome}, ${grade}`
    return item
  })
  find('ended').replaceChildren(...records)
  const questions = selectors.selectPendingInputs(state, conversationId).map(({ requestId, kind }) => {
    const button = document.createElement('button')
    button.textContent = `Yes to ${kind}`
    button.onclick = () =>
      void store.dispatch(keeper.answerInput({ conversationId, requestId: requestId ?? '', answer: yes }))
    return button
  })
  find('questions').replaceChildren(...questions)
}
store.subscribe(render)
render()
