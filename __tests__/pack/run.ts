/**
 * The package as it would be published: checked for its types and entries, every entry imported by plain Node, as a module
 * and as CommonJS, and its surface compared with the reports in `__tests__/api`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiReports, isCurrent } from '../api/report'
import { entries, root, run, withPackage } from './packed'

let checks = 0
const check = (name: string, work: () => void): void => {
  work()
  checks += 1
  console.log(`ok   ${name}`)
}

await withPackage(({ app, installed, tarball }) => {
  check('publint --strict', () => run('npx', ['publint', '--strict', tarball]))
  check('attw', () => run('npx', ['attw', tarball]))

  check('no file names the folder that it was built in', () => {
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
    check(`import ${name}`, () => run(process.execPath, ['entry.mjs'], app))
    check(`require ${name}`, () => run(process.execPath, ['entry.cjs'], app))
  }
  const reports = apiReports()
  check('no type of an entry uses a name that no entry exports', () => {
    const nameless = reports.flatMap(({ entry, nameless: names }) => names.map((name) => `${entry}: ${name}`))
    if (nameless.length > 0) throw new Error(nameless.join('\n'))
  })
  check('no entry shows what is internal: the nonces of requests', () => {
    const showing = reports.filter(({ text }) => /nonce/i.test(text))
    if (showing.length > 0) throw new Error(showing.map(({ entry }) => entry).join('\n'))
  })
  for (const report of reports) {
    check(`the API report of ${report.entry} is current`, () => {
      if (!isCurrent(report))
        throw new Error(`${report.file} is stale: run \`npm run api\`, look at the diff, and commit it.`)
    })
  }
})
console.log(`${checks} passed, 0 failed`)
