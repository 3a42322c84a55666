/** What goes on beside a turn and after it: helpers, wake-ups, retries; several questions; what nobody has seen; the queue. */
import assert from 'node:assert/strict'
import type { Chat } from '../chat'
import { ARCHIVE, LISBON, MONDAYS, NOTES } from '../chat'
import { test } from '../suite'
import type { Test } from '../suite'

const NOTES_TASK = 'Read the notes of last year'
const PRICES_TASK = 'Compare the prices'

const beside = (chat: Chat) => chat.page.getByRole('region', { name: 'In the background' })
const helper = (chat: Chat, name: string) => beside(chat).getByRole('listitem').filter({ hasText: name })

async function startHelpers(chat: Chat) {
  const turn = await chat.send('research this')
  await chat.endsOnce(turn, 'complete')
  await chat.sees(NOTES_TASK, beside(chat))
  await chat.sees(PRICES_TASK, beside(chat))
}

export const besideTests: readonly Test[] = [
  test('helpers go on after their turn, and end by themselves', { skipsTime: true }, async (scene) => {
    const { chat, picture } = scene
    await startHelpers(chat)
    assert.equal(await chat.isBusy(), false, 'a helper is no turn')
    await chat.rowSays(LISBON, '2 helpers')
    await chat.sees('paused', helper(chat, PRICES_TASK))
    await picture('paused')
    // Nobody is kept from writing.
    const next = await chat.send('a quick one')
    await chat.endsOnce(next, 'complete')
    await chat.seesNot('paused', helper(chat, PRICES_TASK), 20_000)
    await chat.seesNot(NOTES_TASK, beside(chat), 30_000)
    await chat.rowSays(LISBON, '1 helper')
    await chat.seesNot(PRICES_TASK, beside(chat), 40_000)
    assert.equal(await beside(chat).count(), 0)
  }),

  test('one helper is stopped, and nothing else', { skipsTime: true }, async ({ chat, world, picture }) => {
    await startHelpers(chat)
    const turn = await chat.send('hello there')
    await chat.saysOfTheTurn('Thinking…')
    const stop = helper(chat, NOTES_TASK).getByRole('button')
    await stop.click()
    await chat.sees('stopping…', helper(chat, NOTES_TASK))
    assert.ok(await stop.isDisabled(), 'a stop is under way')
    await picture('stopping')
    await chat.seesNot(NOTES_TASK, beside(chat))
    await chat.sees(PRICES_TASK, beside(chat))
    assert.ok(await chat.isBusy(), 'the turn goes on')
    await chat.endsOnce(turn, 'complete')
    assert.equal(world.requests.filter((request) => request === 'POST /tasks/stop').length, 1)
    assert.equal(world.requests.filter((request) => request === 'POST /stop').length, 0)
  }),

  test(
    'helpers are listed again after a reload, and gone with their server',
    { skipsTime: true, breaks: true },
    async ({ chat }) => {
      await startHelpers(chat)
      await chat.reload()
      await chat.isReady()
      await chat.sees(NOTES_TASK, beside(chat))
      await chat.sees(PRICES_TASK, beside(chat))
      await chat.spoil('restart')
      await chat.seesNot(NOTES_TASK)
      assert.equal(await beside(chat).count(), 0)
    },
  ),

  test(
    'a wake-up is told of, and the agent goes on by itself',
    { skipsTime: true },
    async ({ chat, picture }) => {
      const turn = await chat.send('do it later')
      await chat.endsOnce(turn, 'complete')
      await chat.sees(/Goes on by itself in \d+ s: look at the build/, beside(chat))
      await chat.rowSays(LISBON, 'goes on')
      assert.equal(await chat.isBusy(), false)
      await picture('scheduled')
      await chat.sees('Wake-up: look at the build', chat.messages, 30_000)
      await chat.until('the agent is at work', () => chat.isBusy())
      assert.equal(await beside(chat).count(), 0, 'it has begun')
      await chat.spinnerEnds(30_000)
    },
  ),

  test('a rate limit counts down', { skipsTime: true }, async ({ chat, picture }) => {
    await chat.spoil('limit')
    const turn = await chat.send('hello there')
    await chat.saysOfTheTurn('The model is overloaded. Try 2 of 5 in 9 s.')
    await chat.saysOfTheTurn('The model is overloaded. Try 2 of 5 in 4 s.')
    await picture('counting')
    await chat.saysOfTheTurn('The model is overloaded. Try 3 of 5 in 8 s.')
    await chat.saysOfTheTurn('Answering…', 30_000)
    await chat.endsOnce(turn, 'complete', 30_000)
  }),

  test('two questions are answered together', {}, async ({ chat, world, picture }) => {
    const turn = await chat.send('plan a trip')
    await chat.sees('In which part of town shall the hotel be?', chat.question)
    const send = chat.button('Send answers')
    await send.click()
    assert.equal(await chat.question.count(), 2, 'nothing is filled in')
    await chat.question.getByText('The night train').click()
    await chat.question.locator('input[type=text]').fill('by the river')
    await picture('filled')
    await send.click()
    await chat.sees('“The night train” and “by the river” it is.', chat.messages)
    assert.equal(await chat.question.count(), 0)
    await chat.endsOnce(turn, 'complete')
    assert.equal(world.requests.filter((request) => request === 'POST /answer').length, 2)
  }),

  test(
    'what nobody has seen has a dot, until somebody looks',
    { skipsTime: true },
    async ({ chat, picture }) => {
      await chat.send('hello there')
      await chat.switchTo(NOTES)
      await chat.send('book a train')
      await chat.switchTo(MONDAYS)
      await chat.spoil('fail')
      await chat.send('hello there')
      await chat.switchTo(ARCHIVE)
      await chat.rowSays(LISBON, 'new')
      await chat.rowSays(NOTES, 'asks you')
      await chat.rowSays(MONDAYS, 'failed')
      await picture('dots')
      for (const title of [LISBON, MONDAYS]) {
        await chat.switchTo(title)
        await chat.rowIs(title, 'idle')
      }
      // A question waits wherever one looks.
      await chat.switchTo(NOTES)
      await chat.rowIs(NOTES, 'asks')
      await chat.choose('Neither')
      await chat.spinnerEnds()
      await chat.rowIs(NOTES, 'idle')
    },
  ),

  test('a turn says how it ended', {}, async ({ chat }) => {
    const turn = await chat.send('hello there')
    await chat.endsOnce(turn, 'complete')
    await chat.sees(/Finished in \d+ s\./)
    await chat.sees(/First words after \d+ s, \d+ tokens\./)
  }),

  test('the queue is put in order, and one is sent now', {}, async ({ chat, picture }) => {
    const first = await chat.send('a long one')
    await chat.sees('You asked:', chat.messages)
    const second = await chat.send('a quick second')
    const third = await chat.send('a quick third')
    const texts = () => chat.queue.locator('.text').allTextContents()
    await chat.button('Move up: a quick third').click()
    await chat.until(
      'the third is first',
      async () => (await texts()).join() === 'a quick third,a quick second',
    )
    await picture('moved')
    await chat.button('Send now: a quick second').click()
    await chat.endsOnce(first, 'cancelled')
    const sent = await chat.endsOnce(second, 'complete')
    const after = await chat.endsOnce(third, 'complete')
    assert.ok(sent.endedAt <= after.endedAt, 'what was sent now came first')
  }),
]
