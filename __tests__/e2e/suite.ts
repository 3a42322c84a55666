/** The tests as they are written down, and how one is run. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Browser, Page } from 'playwright-core'
import type { Files } from '../../examples/chat/server/files'
import { Chat } from './chat'
import { createWorld } from './world'
import type { World, WorldOptions } from './world'

export interface Scene {
  readonly chat: Chat
  readonly world: World
  /** Keeps a picture of what shows now, in the first tab or in this one. */
  picture(state: string, of?: Page): Promise<void>
}

export interface Test {
  readonly name: string
  readonly options: WorldOptions
  readonly body: (scene: Scene) => Promise<void>
}

export const test = (name: string, options: WorldOptions, body: Test['body']): Test => ({
  name,
  options,
  body,
})

const ARTEFACTS = join(import.meta.dirname, 'artefacts')
const LONGEST = 75_000

export interface Result {
  readonly name: string
  readonly ms: number
  readonly error: unknown
}

export async function runTest(
  browser: Browser,
  files: Files,
  { name, options, body }: Test,
): Promise<Result> {
  mkdirSync(ARTEFACTS, { recursive: true })
  const began = performance.now()
  const world = await createWorld(browser, files, options)
  const file = (state: string) => join(ARTEFACTS, `${`${name} ${state}`.replace(/[^a-z0-9]+/gi, '-')}.png`)
  const picture = async (state: string, of: Page = world.page): Promise<void> => {
    await of.screenshot({ path: file(state), animations: 'disabled' })
  }
  const chat = new Chat(world)

  async function perform(): Promise<void> {
    await chat.open()
    await body({ chat, world, picture })
    if (!world.devtools) await chat.agreesWithServer()
    await picture('end')
    assert.deepEqual(world.complaints, [], 'what the page complained of')
  }

  let error: unknown = null
  try {
    await withinTime(perform())
  } catch (thrown) {
    error = thrown
    await picture('failed').catch(() => undefined)
  } finally {
    await world.close()
  }
  return { name, ms: performance.now() - began, error }
}

function withinTime(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout>
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${LONGEST} ms.`)), LONGEST)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
