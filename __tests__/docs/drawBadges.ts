/** `npm run badges`: writes the badges of the README. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { badges } from './badges'

for (const [path, svg] of badges) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, svg)
}
console.log(`${badges.length} badges written`)
