/** The package as it would be published: built, packed, and installed beside its peers in a folder of its own. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

export interface Packed {
  /** The folder of an app that has installed the package. */
  readonly app: string
  /** The package in it. */
  readonly installed: string
  readonly tarball: string
}

/** Runs a command, and returns what it prints. */
export const run = (command: string, args: readonly string[], cwd = root): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

/** Peers and what they need, as the root has them installed. */
const PEERS = [
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
  'eventsource-parser',
]

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, unknown>>
}

/** The entries, as an app imports them. */
export const entries: readonly string[] = Object.keys(manifest.exports)
  .filter((name) => name !== './package.json')
  .map((name) => name.replace('.', 'redux-turnkeeper'))

/** Builds, packs and installs the package, does the work, and leaves no folder behind. */
export async function withPackage(work: (packed: Packed) => void | Promise<void>): Promise<void> {
  const app = mkdtempSync(join(tmpdir(), 'redux-turnkeeper-'))
  try {
    run('npm', ['run', '--silent', 'build'])
    const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', app])) as [
      { filename: string },
    ]
    const tarball = join(app, packed.filename)
    const installed = join(app, 'node_modules/redux-turnkeeper')
    mkdirSync(installed, { recursive: true })
    run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
    for (const peer of PEERS) symlinkSync(join(root, 'node_modules', peer), join(app, 'node_modules', peer))
    await work({ app, installed, tarball })
  } finally {
    rmSync(app, { recursive: true, force: true })
  }
}
