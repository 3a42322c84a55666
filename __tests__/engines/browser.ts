/** The one browser of all tests. */
import type { Browser } from 'playwright-core'
import { launch } from '../e2e/browser'

let launched: Promise<Browser> | undefined

export const browser = (): Promise<Browser> => (launched ??= launch())
export const closeBrowser = async (): Promise<void> => (await launched)?.close()
