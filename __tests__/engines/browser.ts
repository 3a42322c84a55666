/** The one browser of all tests. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { launch } from '../e2e/browser'

let launched: Promise<Browser> | undefined

export const browser = (): Promise<Browser> => (launched ??= launch())
export const closeBrowser = async (): Promise<void> => (await launched)?.close()

/** Stops all processes of the browser for so long, ms, as where the machine sleeps. `meanwhile`: what goes on elsewhere. */
export async function sleep(ms: number, meanwhile: () => void): Promise<void> {
  const session = await (await browser()).newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const signal = (name: NodeJS.Signals): void => {
    for (const { id } of processInfo) {
      try {
        process.kill(id, name)
      } catch {
        // It has ended since.
      }
    }
  }
  try {
    signal('SIGSTOP')
    meanwhile()
    await pause(ms)
  } finally {
    signal('SIGCONT')
  }
}
