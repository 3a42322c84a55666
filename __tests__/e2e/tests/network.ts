/** A page that is offline, reloaded, hidden or asleep: nothing ends by itself, and everything is checked again. */
import assert from 'node:assert/strict'
import { LISBON, NOTES } from '../chat'
import type { Sent } from '../chat'
import { test } from '../suite'
import type { Test } from '../suite'

export const networkTests: readonly Test[] = [
  test('offline and online', { breaks: true }, async ({ chat, world, picture }) => {
    const turn = await chat.send('hello there')
    await chat.saysOfTheTurn('Thinking…')
    await chat.assistantIsUp()
    await world.context.setOffline(true)
    await chat.sees('You are offline. You can keep writing', chat.connection)
    await chat.saysOfTheTurn('You are offline.')
    await picture('offline')
    await chat.until('the server is done', async () => {
      return world.server.agent.status(['lisbon'])['lisbon']?.status === 'idle'
    })
    assert.equal(await chat.endOf(turn), null, 'offline ends nothing')
    assert.ok(await chat.isBusy())
    await world.context.setOffline(false)
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    await chat.until('the line across the top is gone', async () => !(await chat.connection.isVisible()))
    await chat.sees('You asked: “hello there”.', chat.messages)
    await chat.timelineShows('complete')
  }),

  test('what is written offline leaves by itself', { breaks: true }, async ({ chat, world, picture }) => {
    await chat.assistantIsUp()
    await world.context.setOffline(true)
    await chat.sees('You are offline. You can keep writing', chat.connection)
    const before = world.requests.length
    const first = await chat.send('a quick one from the train')
    await chat.saysOfTheTurn('You are offline.')
    await chat.sees('Your message waits, and is sent when you are back online.')
    await chat.rowSays(LISBON, 'waiting')
    const second = await chat.send('a quick one from the station')
    await chat.sees('One message waits', chat.queue)
    await picture('waits')
    assert.ok(!world.requests.slice(before).includes('POST /run'), 'it has not been tried')
    await world.context.setOffline(false)
    await chat.sees('Done. That one was quick.', chat.messages)
    await chat.endsOnce(first, 'complete')
    await chat.endsOnce(second, 'complete')
    await chat.spinnerEnds()
    assert.equal(await chat.drafts.count(), 0)
    const said = world.server.agent
      .transcript('lisbon')
      .messages.flatMap(({ role, text }) => (role === 'user' ? [text] : []))
    const written = ['a quick one from the train', 'a quick one from the station']
    assert.deepEqual(said.slice(-2), written, 'each ran once, in order')
    const types = await chat.page.evaluate(() => window.recorder.actions.map(({ type }) => type))
    assert.ok(!types.includes('turnkeeper/sendRefused'), 'nobody refused it')
  }),

  test(
    'what is written offline leaves after minutes',
    { skipsTime: true, breaks: true },
    async ({ chat, world }) => {
      await chat.assistantIsUp()
      await world.context.setOffline(true)
      await chat.sees('You are offline. You can keep writing', chat.connection)
      const turn = await chat.send('a quick one from the tunnel')
      for (let passed = 0; passed < 180_000; passed += 5_000) await world.pass(5_000)
      await chat.saysOfTheTurn('You are offline.')
      assert.equal(await chat.endOf(turn), null, 'time ends nothing')
      await world.context.setOffline(false)
      await chat.sees('Done. That one was quick.', chat.messages)
      await chat.endsOnce(turn, 'complete')
      await chat.spinnerEnds()
      const said = world.server.agent.transcript('lisbon').messages.map(({ text }) => text)
      assert.equal(said.filter((text) => text === 'a quick one from the tunnel').length, 1, 'it ran once')
    },
  ),

  test(
    'what is written offline is given back after a reload',
    { skipsTime: true, breaks: true },
    async ({ chat, world }) => {
      await chat.assistantIsUp()
      await world.context.setOffline(true)
      await chat.sees('You are offline. You can keep writing', chat.connection)
      const turn = await chat.send('a quick one')
      // Its request is open: before that it would only wait, and leave after the reload.
      await chat.until('it can be taken back', () => chat.button('Take back').isVisible())
      await world.leaveOffline()
      await world.context.setOffline(false)
      await chat.open()
      await chat.sees('This message was not delivered.', chat.drafts)
      await chat.endsOnce(turn, 'undelivered')
      assert.ok(!world.requests.includes('POST /run'), 'nothing was sent')
      await chat.button('Send again').click()
      await chat.sees('Done. That one was quick.', chat.messages)
      await chat.spinnerEnds()
    },
  ),

  test('what is written offline can be taken back', { breaks: true }, async ({ chat, world, picture }) => {
    await chat.assistantIsUp()
    await world.context.setOffline(true)
    await chat.sees('You are offline. You can keep writing', chat.connection)
    const before = world.requests.length
    const turn = await chat.send('better not')
    await chat.saysOfTheTurn('You are offline.')
    await chat.button('Take back').click()
    await chat.sees('You took this message back.', chat.drafts)
    await chat.sees('better not', chat.drafts)
    await chat.endsOnce(turn, 'undelivered')
    await picture('taken-back')
    await world.context.setOffline(false)
    await chat.until('the line across the top is gone', async () => !(await chat.connection.isVisible()))
    await chat.button('Edit').click()
    assert.equal(await chat.composer.inputValue(), 'better not')
    assert.equal(await chat.drafts.count(), 0)
    const left = world.requests.slice(before)
    assert.ok(!left.includes('POST /run') && !left.includes('POST /stop'), 'the server never heard of it')
  }),

  test('a reload in mid-turn streams on', {}, async ({ chat, picture }) => {
    const turn = await chat.send('a long one')
    await chat.sees('You asked:', chat.messages)
    await chat.reload()
    await chat.until('it comes back busy', async () => (await chat.openTurns()).length > 0)
    assert.deepEqual(
      (await chat.openTurns()).map(({ turnId }) => turnId),
      [turn.turnId],
    )
    await chat.saysOfTheTurn('Answering…')
    await picture('streams-on')
    assert.equal(await chat.endOf(turn), null)
    await chat.stop()
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'cancelled')
  }),

  test(
    'a reload comes back checking',
    { skipsTime: true, breaks: true },
    async ({ chat, world, picture }) => {
      await chat.spoil('silent')
      const turn = await chat.send('hello there')
      await chat.saysOfTheTurn(/Nothing heard for/, 30_000)
      const held = await world.holdBack(/\/status\b/)
      await chat.reload()
      await chat.isReady()
      await chat.saysOfTheTurn('Checking whether the agent is still working…')
      await chat.rowSays(LISBON, 'checking')
      await picture('checking')
      assert.equal(await chat.endOf(turn), null)
      held.release()
      await chat.seesNot('Checking whether the agent is still working…', chat.status)
      assert.equal(await chat.endOf(turn), null, 'it still runs')
      await chat.spinnerEnds(60_000)
      await chat.endsOnce(turn, 'complete')
      await chat.sees('You asked: “hello there”.', chat.messages)
    },
  ),

  test('a turn that ended during a reload settles', { breaks: true }, async ({ chat, world, picture }) => {
    const turn = await chat.send('hello there')
    await chat.switchTo(NOTES)
    const asks = await chat.send('book the hall')
    await chat.rowSays(NOTES, 'asks you')
    await chat.switchTo(LISBON)
    await chat.saysOfTheTurn('Answering…')
    const kept = await chat.page.evaluate(() => sessionStorage.getItem('chat:turns') ?? '')
    assert.ok(kept.includes(turn.turnId) && kept.includes(asks.turnId), 'what is running is kept')
    await chat.page.goto('about:blank')
    await chat.until('the server is done', async () => {
      return world.server.agent.status(['lisbon'])['lisbon']?.status === 'idle'
    })
    const held = await world.holdBack(/\/status\b/)
    await chat.open()
    await chat.rowSays(LISBON, 'checking')
    await picture('checking')
    held.release()
    await chat.endsOnce(turn, 'complete')
    await chat.rowSays(NOTES, 'asks you')
    await chat.switchTo(NOTES)
    await chat.sees('Which one shall I take?', chat.question)
    await chat.choose('Neither')
    await chat.endsOnce(asks, 'complete')
    await chat.sees('“Neither” it is.', chat.messages)
  }),

  test('nothing polls while the tab is hidden', { skipsTime: true, breaks: true }, async (scene) => {
    const { chat, world, picture } = scene
    await chat.spoil('lose_end')
    const turn = await chat.send('a quick one')
    await chat.sees('Done. That one was quick.', chat.messages)
    await chat.hideTab(true)
    const before = world.requests.length
    for (let passed = 0; passed < 60_000; passed += 2_000) await world.pass(2_000)
    assert.deepEqual(world.requests.slice(before), [], 'what left while the tab was hidden')
    assert.equal(await chat.endOf(turn), null, 'nothing ends by itself')
    await chat.hideTab(false)
    await chat.until(
      'it is checked at once',
      async () => world.requests.slice(before).includes('GET /status'),
      500,
    )
    await chat.endsOnce(turn, 'complete')
    await picture('seen')
  }),

  test('an end in a hidden tab is news', {}, async ({ chat, picture }) => {
    const turn = await chat.send('a quick one')
    await chat.hideTab(true)
    await chat.endsOnce(turn, 'complete')
    await chat.sees(`“${LISBON}” has a new answer.`, chat.news)
    await chat.hideTab(false)
    await picture('news')
  }),

  test(
    'a sleep of two hours ends nothing',
    { skipsTime: true, breaks: true },
    async ({ chat, world, picture }) => {
      // It says nothing in the middle of its answer: a word that is under way when the page wakes would say that it runs.
      await chat.spoil('silent')
      const turn: Sent = await chat.send('a quick one')
      await chat.sees('Done. That', chat.messages)
      // The stream that is opened anew could say that the turn runs, before the status check does.
      const held = await world.holdBack(/\/(status|events)\b/)
      const before = world.requests.length
      const asked = () => world.requests.slice(before)
      await world.page.clock.fastForward('02:00:00')
      await chat.until('it is checked', async () => asked().includes('GET /status'), 30_000)
      assert.equal(await chat.endOf(turn), null, 'nothing ended before the status check was answered')
      await chat.saysOfTheTurn(/Checking whether the agent is still working…/)
      await picture('woke')
      held.release()
      await chat.saysOfTheTurn('but the server says that it is still working.')
      assert.equal(await chat.endOf(turn), null)
      await chat.spinnerEnds(40_000)
      await chat.endsOnce(turn, 'complete')
      await chat.timelineShows('complete')
    },
  ),

  test(
    'a turn that ended in a sleep is found by a status check',
    { skipsTime: true, breaks: true },
    async ({ chat, world }) => {
      await chat.spoil('lose_end')
      const turn = await chat.send('hello there')
      await chat.saysOfTheTurn('Using search notes…')
      world.serverTime.skip(20_000)
      const before = world.requests.length
      await world.page.clock.fastForward('02:00:00')
      await chat.endsOnce(turn, 'complete', 60_000)
      assert.ok(world.requests.slice(before).includes('GET /status'), 'it was checked')
      const order = await world.page.evaluate(() => window.recorder.actions.map(({ type }) => type))
      assert.ok(order.indexOf('turnkeeper/internal/woke') >= 0, 'the sleep was noticed')
      assert.ok(
        order.indexOf('turnkeeper/internal/woke') < order.indexOf('turnkeeper/turnSettled'),
        'and before anything ended',
      )
      await chat.spinnerEnds()
    },
  ),
]
