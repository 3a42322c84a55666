/** Other ways to use it: keyboard only, a phone, dark mode. */
import assert from 'node:assert/strict'
import { devices } from 'playwright-core'
import { LISBON, MONDAYS, NOTES } from '../chat'
import type { Chat } from '../chat'
import { test } from '../suite'
import type { Test } from '../suite'

const PHONE = { width: 360, height: 740 }

/** How bright the page is, from 0 to 255: that of the first pixel, as it is drawn. */
async function brightness(chat: Chat): Promise<number> {
  const picture = await chat.page.screenshot({ clip: { x: 2, y: 2, width: 1, height: 1 } })
  return chat.page.evaluate(
    async (url) => {
      const image = new Image()
      image.src = url
      await image.decode()
      const canvas = document.createElement('canvas').getContext('2d')!
      canvas.drawImage(image, 0, 0)
      const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data
      return (red + green + blue) / 3
    },
    `data:image/png;base64,${picture.toString('base64')}`,
  )
}

async function nothingSticksOut(chat: Chat): Promise<void> {
  const { wide, screen } = await chat.page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }))
  assert.ok(wide <= screen, `the page is ${wide} px wide on a screen of ${screen} px`)
}

const isOnScreen = async (chat: Chat, name: string): Promise<boolean> => {
  const box = await chat.row(name).boundingBox()
  return box !== null && box.x >= 0 && box.x + box.width <= PHONE.width && (await chat.row(name).isVisible())
}

export const handTests: readonly Test[] = [
  test('keyboard only', {}, async ({ chat, picture }) => {
    const { keyboard } = chat.page
    const focused = () => chat.page.evaluate(() => document.activeElement?.id ?? '')
    assert.equal(await focused(), 'composer', 'one can write at once')
    await keyboard.type('a long one')
    await keyboard.press('Enter')
    await chat.saysOfTheTurn('Thinking…')
    assert.equal(await focused(), 'composer')
    await keyboard.type('mind the budget')
    await keyboard.press('Control+Enter')
    await chat.sees('(Noted: “mind the budget”.)', chat.messages)
    await keyboard.press('Escape')
    await chat.spinnerEnds()
    await chat.sees(/Stopped after/)
    await keyboard.press('Alt+ArrowDown')
    await chat.page.getByRole('heading', { level: 2, name: MONDAYS }).waitFor()
    await chat.until('the composer has the focus', async () => (await focused()) === 'composer')
    await keyboard.type('book the hall')
    await keyboard.press('Enter')
    await chat.sees('Which one shall I take?', chat.question)
    // The question takes the focus.
    await chat.until('the first option has the focus', async () =>
      chat.question
        .getByRole('button', { name: 'The morning train' })
        .evaluate((b) => b === document.activeElement),
    )
    await picture('question')
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await chat.sees('“The night train” it is.', chat.messages)
    await keyboard.press('Alt+ArrowDown')
    await chat.page.getByRole('heading', { level: 2, name: NOTES }).waitFor()
    await keyboard.press('Alt+ArrowUp')
    await keyboard.press('Alt+ArrowUp')
    await chat.page.getByRole('heading', { level: 2, name: LISBON }).waitFor()
  }),

  test('everything has a name and shows its focus', {}, async ({ chat }) => {
    const seen = new Set<string>()
    for (let tabs = 0; tabs < 60; tabs++) {
      await chat.page.keyboard.press('Tab')
      const at = await chat.page.evaluate(() => {
        const it = document.activeElement as HTMLElement | null
        if (!it || it === document.body) return null
        const label = it.getAttribute('aria-label') ?? it.innerText.trim()
        const labelled = (it as HTMLInputElement).labels?.[0]?.innerText ?? ''
        const { outlineStyle, boxShadow } = getComputedStyle(it)
        return {
          name: label || labelled,
          shows: outlineStyle !== 'none' || boxShadow !== 'none',
          tag: it.outerHTML,
        }
      })
      if (!at) break
      if (seen.has(at.tag)) break
      seen.add(at.tag)
      assert.ok(at.name !== '', `it has a name: ${at.tag}`)
      assert.ok(at.shows, `it shows its focus: ${at.tag}`)
    }
    assert.ok(seen.size > 15, `the keyboard reaches everything (${seen.size} places)`)
  }),

  test('phone width', { context: { ...devices['Pixel 5'], viewport: PHONE } }, async ({ chat, picture }) => {
    await nothingSticksOut(chat)
    assert.equal(await isOnScreen(chat, LISBON), false, 'the list is a drawer')
    await picture('chat')
    const turn = await chat.send('hello there')
    await chat.saysOfTheTurn('Thinking…')
    await chat.button('Conversations').click()
    await chat.until('the list is on screen', () => isOnScreen(chat, NOTES))
    await picture('list')
    await chat.row(NOTES).click()
    await chat.page.getByRole('heading', { level: 2, name: NOTES }).waitFor()
    await chat.until('the list is away again', async () => !(await isOnScreen(chat, NOTES)))
    await chat.sees(`“${LISBON}” has a new answer.`, chat.news)
    await picture('toast')
    await chat.news.getByRole('button', { name: 'Show' }).click()
    await chat.endsOnce(turn, 'complete')
    await chat.button('Faults and timeline').click()
    await chat.timelineShows('complete')
    await picture('timeline')
    await chat.button('Back to the conversation').click({ position: { x: 8, y: 300 } })
    await nothingSticksOut(chat)
    const box = await chat.composer.boundingBox()
    assert.ok(box && box.y + box.height <= PHONE.height, 'the composer is on screen')
  }),

  test('dark mode', { context: { colorScheme: 'dark' } }, async ({ chat, picture }) => {
    assert.ok((await brightness(chat)) < 80, 'the page is dark')
    const turn = await chat.send('a quick one')
    await chat.spinnerEnds()
    await chat.endsOnce(turn, 'complete')
    await chat.timelineShows('complete')
    await picture('dark')
  }),

  test('light mode', { context: { colorScheme: 'light' } }, async ({ chat }) => {
    assert.ok((await brightness(chat)) > 200, 'the page is light')
  }),
]
