/**
 * The package as it would be published: packed, checked for its types and entries, installed beside its peers in an empty
 * folder, and every entry imported by plain Node, as a module and as CommonJS.
 */
import { execFileSync } from 'node:child_process'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  mkdirSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'redux-turnkeeper-'))
const run = (command: string, args: readonly string[], cwd = root): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

let checks = 0
const check = (name: string, work: () => void): void => {
  work()
  checks += 1
  console.log(`ok   ${name}`)
}

try {
  run('npm', ['run', '--silent', 'build'])
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder])) as [
    { filename: string },
  ]
  const tarball = join(folder, packed.filename)
  check('publint --strict', () => run('npx', ['publint', '--strict', tarball]))
  check('attw', () => run('npx', ['attw', tarball]))

  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, 'redux-turnkeeper'), { recursive: true })
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'redux-turnkeeper')])
  check('no file names the folder that it was built in', () => {
    const files = readdirSync(join(modules, 'redux-turnkeeper'), { recursive: true, withFileTypes: true })
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name)
      if (readFileSync(path, 'utf8').includes(root)) throw new Error(`${path} names ${root}`)
    }
  })
  // Peers and what they need, as the root has them installed.
  for (const peer of [
    '@reduxjs',
    'react',
    'react-dom',
    'react-redux',
    'redux',
    'redux-thunk',
    'reselect',
    'immer',
    'scheduler',
    'use-sync-external-store',
    '@standard-schema',
  ]) {
    symlinkSync(join(root, 'node_modules', peer), join(modules, peer))
  }
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>
  }
  for (const entry of Object.keys(exports).filter((name) => name !== './package.json')) {
    const name = entry.replace('.', 'redux-turnkeeper')
    const some = 'if (Object.keys(entry).length === 0) throw new Error("it exports nothing")'
    writeFileSync(join(folder, 'entry.mjs'), `import * as entry from '${name}'\n${some}\n`)
    writeFileSync(join(folder, 'entry.cjs'), `const entry = require('${name}')\n${some}\n`)
    check(`import ${name}`, () => run(process.execPath, ['entry.mjs'], folder))
    check(`require ${name}`, () => run(process.execPath, ['entry.cjs'], folder))
  }
  console.log(`${checks} passed, 0 failed`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
