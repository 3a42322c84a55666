/** What a person does with the chat app and sees of it; and, at the end, whether page and server agree. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Locator } from 'playwright-core'
import type { EndedTurn, Turn } from 'redux-turnkeeper'
import type { FaultId } from '../../examples/chat/server/protocol'
import { disagreement } from './agreement'
import type { World } from './world'

/** Within this time the app shows what is really happening, as it promises, ms. */
export const PROMISED = 15_000
/** How far time is moved on between two looks, ms. */
const STEP = 250
/** The same in real time, on a slow machine. */
const REAL = 30_000

export const LISBON = 'A weekend in Lisbon'
export const MONDAYS = 'The test that fails on Mondays'
export const NOTES = 'Notes for the next release'
export const ARCHIVE = 'Moving the archive'

const IDS: Record<string, string> = {
  [LISBON]: 'lisbon',
  [MONDAYS]: 'flaky',
  [NOTES]: 'notes',
  [ARCHIVE]: 'move',
}
export const idOf = (title: string): string => IDS[title] ?? title

/** A turn that was sent here, to ask after it later. */
export interface Sent {
  readonly turnId: string
  readonly conversationId: string
}

type Text = string | RegExp

export class Chat {
  constructor(readonly world: World) {}

  get page() {
    return this.world.page
  }

  // ------------------------------------------------------------ what is where

  get status(): Locator {
    return this.page.getByRole('region', { name: 'What the agent does' })
  }
  get messages(): Locator {
    return this.page.getByRole('log', { name: 'Messages' })
  }
  get composer(): Locator {
    return this.page.getByRole('textbox', { name: 'Message' })
  }
  get question(): Locator {
    return this.page.locator('section.question')
  }
  get queue(): Locator {
    return this.page.getByRole('region', { name: 'Waiting messages' })
  }
  get drafts(): Locator {
    return this.page.getByRole('region', { name: 'Messages that were given back' })
  }
  get news(): Locator {
    return this.page.getByRole('status', { name: 'News' })
  }
  get connection(): Locator {
    return this.page.locator('.connection')
  }
  get timelineRows(): Locator {
    return this.page.locator('.timeline .turn-row')
  }
  row(title: string): Locator {
    return this.page
      .getByRole('navigation', { name: 'Conversations', includeHidden: true })
      .getByRole('button', { name: title, includeHidden: true })
  }
  button(name: Text): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  // ------------------------------------------------------------ what a person does

  async open(): Promise<void> {
    await this.page.goto(this.world.address)
    await this.isReady()
  }
  async reload(): Promise<void> {
    await this.page.reload()
    await this.page.getByRole('heading', { name: 'Chat', exact: true }).waitFor({ state: 'attached' })
  }
  /** The conversations are there, and so is the stream. */
  async isReady(): Promise<void> {
    await this.until('the conversations are listed', async () => (await this.row(LISBON).count()) === 1)
    await this.until('the composer is ready', () => this.composer.isVisible())
  }

  /** Messages leave at once: until the assistant is up they wait. */
  async assistantIsUp(): Promise<void> {
    await this.until('the assistant is up', () =>
      this.page.evaluate(() => {
        const gates = window.recorder.actions.filter(({ type }) => type === 'turnkeeper/sendingGated')
        return (gates.at(-1) as { payload?: { open?: boolean } } | undefined)?.payload?.open === true
      }),
    )
  }

  async type(text: string): Promise<void> {
    await this.composer.fill(text)
  }
  async send(text: string): Promise<Sent> {
    await this.type(text)
    await this.page.getByRole('button', { name: /^(Send|Queue)$/ }).click()
    return this.sent(text)
  }
  async steer(text: string): Promise<void> {
    await this.type(text)
    await this.button('Steer').click()
  }
  async stop(): Promise<void> {
    await this.status.getByRole('button', { name: /^Stop/ }).click()
  }
  async choose(option: string): Promise<void> {
    await this.question.getByRole('button', { name: option }).click()
  }
  async switchTo(title: string): Promise<void> {
    await this.row(title).click()
    await this.page.getByRole('heading', { name: title, exact: true, level: 2 }).waitFor()
  }
  async openTab(name: 'Faults' | 'Timeline'): Promise<void> {
    await this.page.getByRole('tab', { name }).click()
  }
  /** Presses the button of this fault. */
  async spoil(id: FaultId): Promise<void> {
    await this.openTab('Faults')
    const button = this.page.locator(`[data-fault="${id}"]`)
    await button.click()
    const armed = (await button.getAttribute('aria-pressed')) !== null
    if (armed)
      await this.until(`${id} is armed`, async () => (await button.getAttribute('aria-pressed')) === 'true')
  }
  async hideTab(hidden: boolean): Promise<void> {
    await this.page.evaluate((hide) => {
      const state = { configurable: true, get: () => (hide ? 'hidden' : 'visible') }
      Object.defineProperty(document, 'visibilityState', state)
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hide })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  }

  // ------------------------------------------------------------ what a person sees

  /** Waits, while time passes, for something that will be so. */
  async until(what: string, holds: () => Promise<boolean>, within = PROMISED): Promise<void> {
    if (this.world.skipsTime) {
      for (let passed = 0; passed <= within; passed += STEP) {
        if (await holds()) return
        await this.world.pass(STEP)
      }
    } else {
      const given = Date.now() + within + REAL - PROMISED
      while (Date.now() < given) {
        if (await holds()) return
        await pause(40)
      }
    }
    assert.fail(`Not within ${within} ms: ${what}. ${await this.describe()}`)
  }
  async sees(text: Text, where: Locator = this.page.locator('body'), within = PROMISED): Promise<void> {
    const found = where.getByText(text).filter({ visible: true }).first()
    await this.until(`“${text}” shows`, () => found.isVisible(), within)
  }
  async seesNot(text: Text, where: Locator = this.page.locator('body'), within = PROMISED): Promise<void> {
    const found = where.getByText(text).filter({ visible: true })
    await this.until(`“${text}” is gone`, async () => (await found.count()) === 0, within)
  }
  /** What the line beside the spinner says. */
  saysOfTheTurn(text: Text, within = PROMISED): Promise<void> {
    return this.sees(text, this.status, within)
  }
  isBusy(): Promise<boolean> {
    return this.status.isVisible()
  }
  async spinnerEnds(within = PROMISED): Promise<void> {
    await this.until('the spinner ends', async () => !(await this.isBusy()), within)
  }
  async rowSays(title: string, text: Text, within = PROMISED): Promise<void> {
    await this.sees(text, this.row(title).locator('.state'), within)
  }
  async rowIs(title: string, dot: string, within = PROMISED): Promise<void> {
    const row = this.row(title)
    await this.until(`“${title}” is ${dot}`, async () => (await row.getAttribute('data-dot')) === dot, within)
  }
  /** The turns of the open conversation in the timeline panel, newest first, by how they ended. */
  async timelineShows(...verdicts: readonly string[]): Promise<void> {
    await this.openTab('Timeline')
    const shown = () => this.timelineRows.locator('.verdict').allTextContents()
    await this.until(`the timeline shows ${verdicts.join(' | ')}`, async () => {
      const found = await shown()
      return found.length === verdicts.length && verdicts.every((verdict, i) => found[i]?.startsWith(verdict))
    })
  }

  // ------------------------------------------------------------ what the store says

  /** The turn that this text was sent as. */
  private async sent(text: string): Promise<Sent> {
    if (this.world.devtools) return { turnId: '', conversationId: '' }
    let found: Sent | null = null
    await this.until(`“${text}” is taken`, async () => {
      found = await this.page.evaluate((input) => {
        const action = window.recorder.actions.findLast(
          ({ type, payload }) =>
            type === 'turnkeeper/turnSubmitted' &&
            (payload as { input?: unknown } | undefined)?.input === input,
        )
        const { turnId, conversationId } = (action?.payload ?? {}) as Partial<Sent>
        return turnId && conversationId ? { turnId, conversationId } : null
      }, text)
      return found !== null
    })
    return found!
  }
  endOf({ turnId }: Pick<Sent, 'turnId'>): Promise<EndedTurn | null> {
    return this.page.evaluate(
      (id) => window.recorder.turns().ended.findLast((turn) => turn.turnId === id) ?? null,
      turnId,
    )
  }
  /** The turns that have not ended, those that wait included. */
  openTurns(): Promise<readonly Turn[]> {
    return this.page.evaluate(() => {
      const { active, queued } = window.recorder.turns()
      return [...active, ...queued]
    })
  }
  /** How often the app was told that a turn has ended, by turn. */
  tellings(): Promise<readonly (readonly [turnId: string, times: number])[]> {
    return this.page.evaluate(() => {
      const times = new Map<string, number>()
      for (const { type, payload } of window.recorder.actions) {
        if (type !== 'turnkeeper/turnSettled') continue
        const { turn, correction } = payload as { turn: { turnId: string }; correction: boolean }
        if (!correction) times.set(turn.turnId, (times.get(turn.turnId) ?? 0) + 1)
      }
      return [...times]
    })
  }
  /** It is over, as it should be: one record, and told once. */
  async endsOnce(turn: Sent, outcome: EndedTurn['outcome'], within = PROMISED): Promise<EndedTurn> {
    await this.until('the turn is over', async () => (await this.endOf(turn)) !== null, within)
    const records = await this.page.evaluate(
      (id) => window.recorder.turns().ended.filter((ended) => ended.turnId === id),
      turn.turnId,
    )
    assert.deepEqual(
      records.map((ended) => ended.outcome),
      [outcome],
      'what the history says of the turn',
    )
    assert.equal(new Map(await this.tellings()).get(turn.turnId), 1, 'how often the app was told of its end')
    assert.ok(
      (await this.openTurns()).every(({ turnId }) => turnId !== turn.turnId),
      'a turn that has ended is not running',
    )
    return records[0]!
  }

  // ------------------------------------------------------------ page and server

  /** Page and server agree: on what runs, on how the last turns ended, and on what was said. */
  async agreesWithServer(): Promise<void> {
    for (const [turnId, times] of await this.tellings())
      assert.equal(times, 1, `how often the app was told of the end of ${turnId}`)
    await this.until('page and server agree', async () => (await disagreement(this.world)) === null)
  }
  private async describe(): Promise<string> {
    const shown = await this.page
      .locator('main')
      .innerText()
      .catch(() => 'nothing')
    const different = this.world.devtools ? null : await disagreement(this.world).catch(String)
    return `${different ?? ''}\nThe page shows: ${shown.replace(/\s+/g, ' ').slice(-600)}`
  }
}
