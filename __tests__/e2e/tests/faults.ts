/** Each fault of the panel: the page shows what is really happening, the turn ends once, and other conversations go on. */
import assert from 'node:assert/strict'
import { LISBON, MONDAYS, NOTES, idOf } from '../chat'
import type { Chat } from '../chat'
import type { FaultId } from '../../../examples/chat/server/protocol'
import { test } from '../suite'
import type { Scene, Test } from '../suite'

const skipping = { skipsTime: true, breaks: true } as const

/** One conversation waits for an answer and another one works, while the fault strikes in the first. */
async function withBystanders(chat: Chat, strike: () => Promise<void>): Promise<void> {
  await chat.switchTo(MONDAYS)
  const asks = await chat.send('book the hall')
  await chat.rowSays(MONDAYS, 'asks you')
  await chat.switchTo(NOTES)
  const works = await chat.send('a long list')
  await chat.rowSays(NOTES, 'working')
  await chat.switchTo(LISBON)

  await strike()

  assert.equal(await chat.endOf(asks), null, 'the conversation that asks still does')
  await chat.rowSays(MONDAYS, 'asks you')
  await chat.switchTo(NOTES)
  await chat.endsOnce(works, 'complete', 60_000)
  await chat.switchTo(MONDAYS)
  await chat.choose('The night train')
  await chat.endsOnce(asks, 'complete')
  await chat.sees('“The night train” it is.')
}

const fault = (id: FaultId, body: (scene: Scene) => Promise<void>): Test =>
  test(`fault ${id}`, skipping, (scene) => withBystanders(scene.chat, () => body(scene)))
/** A fault that hits every conversation. */
const faultOfAll = (id: FaultId, body: Test['body']): Test => test(`fault ${id}`, skipping, body)

const promptsIn = (scene: Scene, text: string): number =>
  scene.world.server.agent.transcript(idOf(LISBON)).messages.filter((message) => message.text === text).length

export const faultTests: readonly Test[] = [
  fault('lose_end', async ({ chat, picture }) => {
    await chat.spoil('lose_end')
    const turn = await chat.send('a quick one')
    await chat.sees('Done. That one was quick.')
    await chat.spinnerEnds()
    await picture('checked')
    await chat.sees('The message that says so was lost, so the app asked the server.')
    const ended = await chat.endsOnce(turn, 'complete')
    assert.equal(ended.reason, 'rescued')
    await chat.timelineShows('complete, rescued')
  }),

  fault('drop_stream', async ({ chat, picture }) => {
    const turn = await chat.send('hello there')
    await chat.saysOfTheTurn('Using search notes…')
    await chat.spoil('drop_stream')
    await chat.sees('The connection to the server was lost. Trying again…', chat.connection)
    assert.ok(await chat.isBusy(), 'a lost connection ends nothing')
    await picture('dropped')
    await chat.until('the stream is back', async () => !(await chat.connection.isVisible()))
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    await chat.sees('You asked: “hello there”.')
    await chat.timelineShows('complete')
  }),

  fault('silent', async ({ chat, world, picture }) => {
    await chat.spoil('silent')
    const turn = await chat.send('hello there')
    await chat.saysOfTheTurn(
      /Nothing heard for \d+ s, but the server says that it is still working\./,
      30_000,
    )
    await chat.sees('You can wait, or stop it.')
    await chat.rowSays(LISBON, 'quiet')
    await picture('quiet')
    await world.pass(10_000)
    assert.equal(await chat.endOf(turn), null, 'silence ends nothing')
    await chat.spinnerEnds(40_000)
    await chat.endsOnce(turn, 'complete')
    await chat.timelineShows('complete')
  }),

  fault('busy', async (scene) => {
    const { chat, picture } = scene
    await chat.spoil('busy')
    const turn = await chat.send('a quick one')
    await chat.saysOfTheTurn('The agent is busy with something else.')
    await chat.sees('Your message waits, and is sent again soon.')
    await picture('refused')
    await chat.sees('Done. That one was quick.', chat.messages, 60_000)
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    assert.equal(promptsIn(scene, 'a quick one'), 1, 'it ran once')
    await chat.timelineShows('complete')
  }),

  fault('swallow', async (scene) => {
    const { chat, picture } = scene
    await chat.spoil('swallow')
    const turn = await chat.send('a quick one')
    await chat.saysOfTheTurn('Delivered. Waiting for the agent to start…')
    await chat.spinnerEnds()
    // It was accepted, so nobody can say that it was not delivered.
    const ended = await chat.endsOnce(turn, 'unknown')
    assert.equal(ended.reason, 'rescued')
    await chat.sees('The agent accepted your message, but never started.')
    await chat.sees('a quick one', chat.messages)
    assert.equal(await chat.drafts.count(), 0, 'what was delivered is no draft')
    await picture('never-started')
    await chat.timelineShows('unknown')
    await chat.button('Send again').click()
    await chat.sees('Done. That one was quick.', chat.messages)
    await chat.spinnerEnds()
    assert.equal(promptsIn(scene, 'a quick one'), 1, 'it ran once')
    assert.equal(await chat.messages.getByText('a quick one').count(), 1, 'the message shows once')
  }),

  fault('hang', async (scene) => {
    const { chat, picture } = scene
    await chat.spoil('hang')
    const turn = await chat.send('a quick one')
    await chat.saysOfTheTurn('Sending…')
    await chat.saysOfTheTurn(/Checking whether your message arrived…/)
    await chat.sees('It is not sent twice.')
    await picture('unknown')
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'undelivered')
    await chat.sees('This message was not delivered.', chat.drafts)
    assert.equal(promptsIn(scene, 'a quick one'), 0, 'it never ran')
    await chat.button('Edit').click()
    assert.equal(await chat.composer.inputValue(), 'a quick one', 'the text is given back')
    assert.equal(await chat.drafts.count(), 0, 'a draft that was taken is gone')
    await chat.timelineShows('undelivered')
  }),

  fault('cut_answer', async (scene) => {
    const { chat, world } = scene
    await chat.spoil('cut_answer')
    const before = world.requests.filter((request) => request === 'POST /run').length
    const turn = await chat.send('hello there')
    await chat.sees('You asked: “hello there”.', chat.messages)
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    assert.equal(world.requests.filter((request) => request === 'POST /run').length - before, 1, 'sent once')
    assert.equal(promptsIn(scene, 'hello there'), 1, 'it ran once')
    await chat.timelineShows('complete')
  }),

  fault('fail', async ({ chat, picture }) => {
    await chat.spoil('fail')
    const turn = await chat.send('hello there')
    await chat.sees('The model stopped answering (scripted fault).')
    await chat.spinnerEnds()
    const ended = await chat.endsOnce(turn, 'error')
    assert.equal(ended.error?.message, 'The model stopped answering (scripted fault).')
    await chat.sees('Your message is not lost: send it again, or change it first.')
    await picture('failed')
    await chat.button('Send again').click()
    await chat.sees(/Finished in/, chat.messages, 30_000)
    await chat.timelineShows('complete', 'error')
  }),

  fault('late_end', async ({ chat }) => {
    await chat.spoil('late_end')
    const first = await chat.send('a quick one')
    await chat.spinnerEnds()
    await chat.endsOnce(first, 'complete')
    const second = await chat.send('hello there')
    // By now the end of the first one has arrived, and an idle that names nobody.
    await chat.sees('You asked: “hello there”.', chat.messages)
    assert.equal(await chat.endOf(second), null, 'the end of another turn is not its own')
    assert.ok(await chat.isBusy())
    await chat.spinnerEnds()
    await chat.endsOnce(second, 'complete')
    await chat.endsOnce(first, 'complete')
    await chat.timelineShows('complete', 'complete')
  }),

  fault('refuse_stop', async ({ chat, picture }) => {
    await chat.spoil('refuse_stop')
    const turn = await chat.send('a long one')
    await chat.sees('You asked:', chat.messages)
    await chat.stop()
    await chat.sees('The agent did not accept the stop (scripted fault).')
    assert.equal(await chat.endOf(turn), null, 'a stop that failed ends nothing')
    assert.ok(await chat.isBusy())
    await picture('refused')
    await chat.stop()
    await chat.seesNot('The agent did not accept the stop (scripted fault).')
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'cancelled')
    await chat.timelineShows('cancelled')
  }),

  faultOfAll('restart', async ({ chat, picture }) => {
    await chat.switchTo(NOTES)
    const other = await chat.send('a long list')
    await chat.rowSays(NOTES, 'working')
    await chat.switchTo(LISBON)
    const turn = await chat.send('a long one')
    await chat.sees('You asked:', chat.messages)
    await chat.spoil('restart')
    await chat.saysOfTheTurn(/Checking whether the agent is still working…/)
    await picture('checking')
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'interrupted')
    await chat.endsOnce(other, 'interrupted')
    await chat.sees('What was written so far is kept. You can send your message again.')
    await chat.sees(`“${NOTES}” was interrupted.`, chat.news)
    await chat.timelineShows('interrupted')
    const again = await chat.send('a quick one')
    await chat.endsOnce(again, 'complete')
  }),

  fault('elsewhere', async ({ chat, world, picture }) => {
    await chat.spoil('elsewhere')
    await chat.sees('Sent from my phone: how far are we with this?', chat.messages)
    await chat.until('it shows as busy', () => chat.isBusy())
    await picture('adopted')
    const turnId = world.server.agent.status(['lisbon'])['lisbon']?.turnId
    assert.ok(turnId, 'the server runs it')
    await chat.spinnerEnds(30_000)
    await chat.endsOnce({ turnId, conversationId: 'lisbon' }, 'complete')
    await chat.timelineShows('complete')
  }),

  faultOfAll('slow_assistant', async ({ chat, picture }) => {
    await chat.spoil('slow_assistant')
    await chat.sees(/Your assistant is starting…/)
    const turn = await chat.send('a quick one')
    await chat.saysOfTheTurn(/Your message waits/)
    await picture('starting')
    await chat.sees('Done. That one was quick.', chat.messages)
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    await chat.seesNot(/Your assistant is starting…/)
    await chat.timelineShows('complete')
  }),

  faultOfAll('stuck_assistant', async ({ chat, picture }) => {
    await chat.switchTo(NOTES)
    const other = await chat.send('a long list')
    await chat.rowSays(NOTES, 'working')
    await chat.switchTo(LISBON)
    await chat.spoil('stuck_assistant')
    await chat.sees(/Your assistant is starting…/)
    const turn = await chat.send('a quick one')
    await chat.saysOfTheTurn(/Your message waits/)
    await chat.sees(
      /Your assistant did not start, so another one is being started \(try 2\)…/,
      undefined,
      30_000,
    )
    await picture('replaced')
    await chat.sees('Done. That one was quick.', chat.messages, 30_000)
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    await chat.endsOnce(other, 'interrupted')
    await chat.timelineShows('complete')
  }),

  faultOfAll('dead_assistant', async ({ chat, picture }) => {
    await chat.spoil('dead_assistant')
    await chat.sees(/Your assistant is starting…/)
    const turn = await chat.send('a quick one')
    for (const tries of [2, 3, 4]) await chat.sees(new RegExp(`\\(try ${tries}\\)…`), undefined, 30_000)
    const again = chat.page.getByRole('button', { name: 'Try again' })
    await again.waitFor({ timeout: 30_000 })
    await picture('given-up')
    await chat.saysOfTheTurn(/Your message waits/)
    await again.click()
    await chat.sees('Done. That one was quick.', chat.messages, 30_000)
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
  }),
]
