/** The tarball itself: its manifest, its types, what its files say, its entries in plain Node, and its public surface. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiReports, isCurrent } from '../api/report'
import { check } from './checks'
import { entries, root, run } from './packed'
import type { Packed } from './packed'

export async function published({ app, installed, tarball }: Packed): Promise<void> {
  await check('publint --strict', () => run('npx', ['publint', '--strict', tarball]))
  await check('attw', () => run('npx', ['attw', tarball]))

  await check('no file names the folder that it was built in', () => {
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name)
      if (readFileSync(path, 'utf8').includes(root)) throw new Error(`${path} names ${root}`)
    }
  })
  for (const name of entries) {
    const some = 'if (Object.keys(entry).length === 0) throw new Error("it exports nothing")'
    writeFileSync(join(app, 'entry.mjs'), `import * as entry from '${name}'\n${some}\n`)
    writeFileSync(join(app, 'entry.cjs'), `const entry = require('${name}')\n${some}\n`)
    await check(`import ${name}`, () => run(process.execPath, ['entry.mjs'], app))
    await check(`require ${name}`, () => run(process.execPath, ['entry.cjs'], app))
  }
  const reports = apiReports()
  await check('no type of an entry uses a name that no entry exports', () => {
    const nameless = reports.flatMap(({ entry, nameless: names }) => names.map((name) => `${entry}: ${name}`))
    if (nameless.length > 0) throw new Error(nameless.join('\n'))
  })
  await check('no entry shows what is internal: the nonces of requests', () => {
    const showing = reports.filter(({ text }) => /nonce/i.test(text))
    if (showing.length > 0) throw new Error(showing.map(({ entry }) => entry).join('\n'))
  })
  for (const report of reports) {
    await check(`the API report of ${report.entry} is current`, () => {
      if (!isCurrent(report))
        throw new Error(`${report.file} is stale: run \`npm run api\`, look at the diff, and commit it.`)
    })
  }
}
