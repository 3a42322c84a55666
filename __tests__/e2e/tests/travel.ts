/** Time travel with the panel's own slider: the past is shown, nothing is sent because of it, and the present goes on. */
import assert from 'node:assert/strict'
import { test } from '../suite'
import type { Scene, Test } from '../suite'

const COMMANDS = ['POST /run', 'POST /stop', 'POST /answer']

const commandsIn = ({ world }: Scene): readonly string[] =>
  world.requests.filter((request) => COMMANDS.includes(request))

const slider = ({ chat }: Scene) =>
  chat.page.getByRole('region', { name: 'Redux DevTools' }).locator('input[type="range"]')

const positionOf = (scene: Scene) =>
  slider(scene).evaluate((input) => {
    const { value, max } = input as HTMLInputElement
    return { at: Number(value), of: Number(max) }
  })

/** Drags the slider with the mouse to this part of its width. */
async function drag(scene: Scene, from: number, to: number): Promise<void> {
  const box = await slider(scene).boundingBox()
  assert.ok(box, 'the slider shows')
  const { mouse } = scene.chat.page
  const y = box.y + box.height / 2
  const x = (part: number) => box.x + 4 + (box.width - 8) * part
  await mouse.move(x(from), y)
  await mouse.down()
  await mouse.move(x((from + to) / 2), y, { steps: 5 })
  await mouse.move(x(to), y, { steps: 5 })
  await mouse.up()
}

/** Drags to the newest state: more may come in while the mouse moves. */
async function goForward(scene: Scene): Promise<void> {
  await scene.chat.until('the view is live again', async () => {
    const before = await positionOf(scene)
    if (before.at === before.of) return true
    await drag(scene, before.at / Math.max(before.of, 1), 1)
    const { at, of } = await positionOf(scene)
    return at === of
  })
}

async function goBack(scene: Scene): Promise<void> {
  await drag(scene, 1, 0.15)
  const { at, of } = await positionOf(scene)
  assert.ok(at < of / 2, `the slider is in the past (${at} of ${of})`)
}

/** How many ends were announced, by the log of the panel. */
const ends = ({ chat }: Scene) =>
  chat.page.getByRole('region', { name: 'Redux DevTools' }).getByText('turnkeeper/turnSettled')

/** An end is announced as soon as the keeper notices that the view is live again. */
const tellsOf = (scene: Scene, count: number): Promise<void> =>
  scene.chat.until(`${count} ends were announced`, async () => (await ends(scene).count()) === count, 90_000)

/** The turn lasts while the slider moves, on a slow machine too. */
const LASTING = { devtools: true, serverPace: 0.4 }

export const travelTests: readonly Test[] = [
  test('time travel while a turn streams', { devtools: true }, async (scene) => {
    const { chat, world, picture } = scene
    await chat.send('a quick one')
    await chat.spinnerEnds()
    await chat.timelineShows('complete')
    await chat.send('hello there')
    await chat.saysOfTheTurn('Answering…')
    const sent = commandsIn(scene)
    await goBack(scene)
    await chat.seesNot('Answering…', chat.status)
    await picture('past')
    await chat.until('the server is done', async () => {
      return world.server.agent.status(['lisbon'])['lisbon']?.status === 'idle'
    })
    await goForward(scene)
    await chat.spinnerEnds()
    await chat.timelineShows('complete', 'complete')
    await chat.sees('You asked: “hello there”.', chat.messages)
    assert.deepEqual(commandsIn(scene), sent, 'nothing was sent because of it')
    await tellsOf(scene, 2)

    // Live again: the next turn shows as it goes.
    await chat.send('quick again')
    await chat.timelineShows('complete', 'complete', 'complete')
    assert.equal(commandsIn(scene).length, sent.length + 1)
    await picture('live')
  }),

  test('a minute in the past', { devtools: true, skipsTime: true }, async (scene) => {
    const { chat, world } = scene
    await chat.send('a long one')
    await chat.saysOfTheTurn('Answering…')
    const sent = commandsIn(scene)
    await goBack(scene)
    for (let passed = 0; passed < 60_000; passed += 2_000) await world.pass(2_000)
    assert.equal(world.server.agent.status(['lisbon'])['lisbon']?.status, 'idle', 'it is over by now')
    await goForward(scene)
    await chat.spinnerEnds()
    await chat.timelineShows('complete')
    await tellsOf(scene, 1)
    assert.deepEqual(commandsIn(scene), sent, 'nothing was sent because of it')
  }),

  test('time travel to and fro in mid-turn', LASTING, async (scene) => {
    const { chat, picture } = scene
    await chat.send('a long one')
    await chat.saysOfTheTurn('Answering…')
    const sent = commandsIn(scene)
    for (let times = 0; times < 3; times++) {
      await goBack(scene)
      await goForward(scene)
    }
    await chat.saysOfTheTurn('Answering…')
    await picture('back-in-the-present')
    assert.deepEqual(commandsIn(scene), sent, 'nothing was sent because of it')
    await chat.stop()
    await chat.spinnerEnds()
    await chat.timelineShows('cancelled')
    await tellsOf(scene, 1)
    assert.deepEqual(commandsIn(scene), [...sent, 'POST /stop'])
  }),

  test('time travel past a question', { devtools: true }, async (scene) => {
    const { chat } = scene
    await chat.send('book a train')
    await chat.sees('Which one shall I take?', chat.question)
    await chat.choose('Neither')
    await chat.sees('“Neither” it is.', chat.messages)
    await chat.spinnerEnds()
    const sent = commandsIn(scene)
    await goBack(scene)
    await goForward(scene)
    await chat.spinnerEnds()
    await chat.timelineShows('complete')
    assert.deepEqual(commandsIn(scene), sent, 'no answer is given twice')
  }),

  test('a reload in the past loses nothing', LASTING, async (scene) => {
    const { chat, world } = scene
    await chat.send('a long one')
    await chat.saysOfTheTurn('Answering…')
    await goBack(scene)
    const kept = await chat.page.evaluate(() => sessionStorage.getItem('chat:turns') ?? '')
    const { turnId } = world.server.agent.status(['lisbon'])['lisbon']!
    assert.ok(turnId && kept.includes(turnId), 'what is kept is the present, not what is shown')
    await chat.reload()
    await chat.isReady()
    await chat.saysOfTheTurn('Answering…')
    await chat.stop()
    await chat.spinnerEnds()
    await chat.timelineShows('cancelled')
    assert.equal(world.server.agent.status(['lisbon'])['lisbon']?.last?.outcome, 'cancelled')
  }),
]
