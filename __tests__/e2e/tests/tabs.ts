/** Two tabs of one browser act as one. */
import assert from 'node:assert/strict'
import { Chat, LISBON, NOTES } from '../chat'
import { test } from '../suite'
import type { Scene, Test } from '../suite'

const roleOf = (chat: Chat): Promise<string | undefined> =>
  chat.page.evaluate(() => window.recorder.state()?.turnkeeper.tabs.role)
const is = (chat: Chat, role: string): Promise<void> =>
  chat.until(`the tab is ${role}`, async () => (await roleOf(chat)) === role)

/** How often a message was sent, by any of the tabs. */
const runs = (...tabs: readonly Chat[]): number =>
  tabs.flatMap(({ world }) => world.requests).filter((request) => request === 'POST /run').length

async function secondTab({ world, chat }: Scene): Promise<Chat> {
  await is(chat, 'leading')
  const other = new Chat(await world.openTab())
  await other.open()
  await is(other, 'following')
  return other
}

export const tabTests: readonly Test[] = [
  test('two tabs: what waits in one shows in both, and is sent once', {}, async (scene) => {
    const { chat, picture } = scene
    const other = await secondTab(scene)
    await chat.send('a long one')
    await other.saysOfTheTurn(/Thinking|Writing/)
    await other.sees('a long one', other.messages)
    const waiting = await other.send('and then a quick one')
    for (const tab of [chat, other]) await tab.sees('and then a quick one', tab.queue)
    assert.equal(runs(chat, other), 1)
    await other.stop()
    // The one that leads sends what waited, wherever it was typed.
    for (const tab of [chat, other]) await tab.endsOnce(waiting, 'complete', 30_000)
    assert.equal(runs(chat, other), 2)
    assert.equal(chat.world.requests.filter((request) => request === 'POST /run').length, 2)
    for (const tab of [chat, other]) await tab.agreesWithServer()

    await other.timelineShows('complete', 'cancelled')
    await other.page
      .locator('.timeline details')
      .first()
      .evaluate((details) => details.setAttribute('open', ''))
    await other.sees(/It follows/, other.page.locator('.timeline'))
    await other.sees(/sendAccepted.*tab \S{4}/, other.page.locator('.timeline'))
    await picture('the other tab', other.page)
    await chat.openTab('Timeline')
    await chat.sees(/It leads/, chat.page.locator('.timeline'))
    await picture('timeline')
  }),
  test('two tabs: the one that leads is closed, and the other goes on', {}, async (scene) => {
    const { chat, world } = scene
    const other = await secondTab(scene)
    const first = await other.send('a long one')
    await chat.saysOfTheTurn(/Thinking|Writing/)
    const waiting = await chat.send('and then a quick one')
    await other.sees('and then a quick one', other.queue)
    // The first tab leads. The test ends in it, so it comes back.
    await world.page.goto('about:blank')
    await is(other, 'leading')
    for (const turn of [first, waiting]) await other.endsOnce(turn, 'complete', 60_000)
    await other.agreesWithServer()
    await chat.open()
    await is(chat, 'following')
  }),
  test('two tabs: what one of them looks at is news in none', {}, async (scene) => {
    const { chat } = scene
    const other = await secondTab(scene)
    await other.switchTo(NOTES)
    const sent = await chat.send('a quick one')
    await other.endsOnce(sent, 'complete', 30_000)
    await chat.endsOnce(sent, 'complete', 30_000)
    await other.rowIs(LISBON, 'idle')
    assert.equal(await other.news.getByText(LISBON).count(), 0, 'nothing is said of it')
  }),
]
