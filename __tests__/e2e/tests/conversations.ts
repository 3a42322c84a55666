/** What conversations are for: questions, queues, steering, stopping, and working in the background. */
import assert from 'node:assert/strict'
import { LISBON, NOTES } from '../chat'
import { test } from '../suite'
import type { Test } from '../suite'

export const conversationTests: readonly Test[] = [
  test('a turn streams and ends', {}, async ({ chat, picture }) => {
    const turn = await chat.send('hello there')
    await chat.saysOfTheTurn('Thinking…')
    await chat.saysOfTheTurn('Using search notes…')
    await chat.saysOfTheTurn('Answering…')
    await picture('answering')
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    await chat.sees(/Finished in \d+ s\./)
    await chat.timelineShows('complete')
    await picture('timeline')
  }),

  test('a question is asked and answered', {}, async ({ chat, world, picture }) => {
    const turn = await chat.send('book a train')
    await chat.sees('Which one shall I take?', chat.question)
    await chat.saysOfTheTurn('The agent waits for your answer.')
    await chat.rowSays(LISBON, 'asks you')
    await picture('asked')
    await chat.choose('The night train')
    await chat.sees('“The night train” it is. I have noted it, and the rest is done.', chat.messages)
    assert.equal(await chat.question.count(), 0, 'an answered question is gone')
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    assert.equal(world.requests.filter((request) => request === 'POST /answer').length, 1)
    await chat.timelineShows('complete')
  }),

  test('two questions at once', {}, async ({ chat, world, picture }) => {
    const turn = await chat.send('plan a trip')
    const train = chat.question.filter({ hasText: 'Which one shall I take?' })
    const hotel = chat.question.filter({ hasText: 'In which part of town' })
    await chat.sees('Which one shall I take?', train)
    await chat.sees('In which part of town shall the hotel be?', hotel)
    assert.equal(await chat.question.count(), 2)
    await picture('both')
    await hotel.locator('input').fill('by the river')
    await hotel.locator('input').press('Enter')
    await chat.until('the answered one is gone', async () => (await hotel.count()) === 0)
    assert.ok(await train.isVisible(), 'the other one is still open')
    await chat.saysOfTheTurn('The agent waits for your answer.')
    await chat.rowSays(LISBON, 'asks you')

    // What is open survives a reload, in its own words.
    await chat.reload()
    await chat.isReady()
    await chat.sees('Which one shall I take?', train)
    assert.equal(await chat.question.count(), 1)
    await train.getByRole('button', { name: 'Neither' }).click()
    await chat.sees('“Neither” and “by the river” it is.', chat.messages)
    await chat.spinnerEnds()
    assert.equal(await chat.question.count(), 0)
    await chat.endsOnce(turn, 'complete')
    assert.equal(world.requests.filter((request) => request === 'POST /answer').length, 2)
  }),

  test('a secret goes to the agent alone', {}, async ({ chat, picture }) => {
    const turn = await chat.send('use the password')
    await chat.sees('What is the password?', chat.question)
    const field = chat.question.locator('input')
    assert.equal(await field.getAttribute('type'), 'password')
    await field.fill('xyzzy-17')
    await picture('typed')
    await field.press('Enter')
    await chat.sees('Signed in. All of it is done now.', chat.messages)
    await chat.endsOnce(turn, 'complete')
    const kept = await chat.page.evaluate(() =>
      JSON.stringify([window.recorder.actions, window.recorder.state(), { ...sessionStorage }]),
    )
    assert.ok(!kept.includes('xyzzy-17'), 'neither actions, state nor storage have the secret')
  }),

  test('messages queue and go one by one', {}, async ({ chat, world, picture }) => {
    const first = await chat.send('hello there')
    await chat.saysOfTheTurn('Thinking…')
    const second = await chat.send('a quick second')
    const third = await chat.send('a quick third')
    await chat.sees('2 messages wait', chat.queue)
    await picture('queued')
    await chat.button('Take back: a quick third').click()
    await chat.sees('One message waits', chat.queue)
    await chat.endsOnce(first, 'complete')
    await chat.endsOnce(second, 'complete')
    await chat.spinnerEnds()
    assert.equal(await chat.queue.count(), 0)
    const said = world.server.agent.transcript('lisbon').messages.map(({ text }) => text)
    assert.ok(!said.includes('a quick third'), 'what was taken back was never sent')
    assert.ok((await chat.openTurns()).every(({ turnId }) => turnId !== third.turnId))
  }),

  test('a running turn is steered', {}, async ({ chat, picture }) => {
    const turn = await chat.send('hello there')
    await chat.saysOfTheTurn('Thinking…')
    await chat.steer('mind the budget')
    await chat.sees('(Noted: “mind the budget”.)', chat.messages)
    await picture('steered')
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    await chat.timelineShows('complete')
  }),

  test('stop stops this turn, and the queue goes on', {}, async ({ chat, picture }) => {
    const turn = await chat.send('a long one')
    await chat.sees('You asked:', chat.messages)
    const next = await chat.send('a quick one')
    await chat.sees('One message waits', chat.queue)
    await chat.stop()
    await chat.saysOfTheTurn(/Stopping…|The agent has accepted the stop/)
    await picture('stopping')
    await chat.endsOnce(turn, 'cancelled')
    await chat.endsOnce(next, 'complete')
    await chat.spinnerEnds()
    await chat.timelineShows('complete', 'cancelled')
  }),

  test('a draft is given back after a refusal', { breaks: true }, async ({ chat, world, picture }) => {
    await world.page.route('**/run', (route) =>
      route.fulfill({
        status: 409,
        json: { status: 'refused', reason: 'error', error: { message: 'There is no room left.' } },
      }),
    )
    const turn = await chat.send('do not lose this')
    await chat.sees('do not lose this', chat.drafts)
    await chat.sees('There is no room left.')
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'error')
    await picture('given-back')
    await world.page.unroute('**/run')
    await chat.button('Edit').click()
    assert.equal(await chat.composer.inputValue(), 'do not lose this')
    const again = await chat.send('quick: do not lose this')
    await chat.endsOnce(again, 'complete')
  }),

  test('a background conversation finishes', {}, async ({ chat, picture }) => {
    const turn = await chat.send('hello there')
    await chat.switchTo(NOTES)
    await chat.type('half a thought')
    await chat.rowSays(LISBON, 'working')
    assert.equal(await chat.isBusy(), false, 'what runs elsewhere is not shown here')
    await chat.sees(`“${LISBON}” has a new answer.`, chat.news)
    await chat.rowSays(LISBON, 'new')
    await picture('toast')
    await chat.endsOnce(turn, 'complete')
    assert.equal(
      await chat.page.getByRole('heading', { level: 2, name: NOTES }).count(),
      1,
      'still the open one',
    )
    assert.equal(await chat.composer.inputValue(), 'half a thought')
    await chat.news.getByRole('button', { name: 'Show' }).click()
    await chat.page.getByRole('heading', { level: 2, name: LISBON }).waitFor()
    await chat.rowIs(LISBON, 'idle')
    await chat.seesNot(`“${LISBON}” has a new answer.`, chat.news)
    await chat.sees(/Finished in \d+ s\./)
  }),
]
