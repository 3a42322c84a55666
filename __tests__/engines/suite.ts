import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

export interface EngineTest {
  readonly name: string
  readonly body: () => Promise<void>
}
export const test = (name: string, body: EngineTest['body']): EngineTest => ({ name, body })

/** In real time, on a slow machine, ms. */
const LONGEST = 120_000

/** Waits for something that will be so. */
export async function until(what: string | (() => string), holds: () => Promise<boolean>): Promise<void> {
  const given = performance.now() + LONGEST
  while (performance.now() < given) {
    if (await holds()) return
    await pause(50)
  }
  assert.fail(`Not within ${LONGEST} ms: ${typeof what === 'string' ? what : what()}`)
}
