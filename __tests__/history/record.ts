/**
 * Records the current version, once it is released: what an app has in its storage is read by every later version.
 *
 *     npm run history
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../../package.json'
import { record } from './story'

async function main(): Promise<void> {
  const folder = join(import.meta.dirname, manifest.version)
  if (existsSync(folder) && !process.argv.includes('--again'))
    throw new Error(`${manifest.version} is recorded. A released version is recorded once: see --again.`)
  mkdirSync(folder, { recursive: true })
  const recording = await record()
  for (const [name, content] of Object.entries(recording))
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(content, null, 2)}\n`)
  console.log(`${folder}: ${recording.actions.length} actions`)
}

void main()
