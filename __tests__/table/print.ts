/** Writes the page of the tables anew. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { page } from './page'

const file = join(import.meta.dirname, 'TABLE.md')
writeFileSync(file, page())
console.log(`written ${file}`)
