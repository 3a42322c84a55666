/** The package as it would be published: built, packed, and installed beside its peers in a folder of its own. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** How a peer gets into an app: linked, or copied. */
type PutPeer = (from: string, to: string) => void

export interface Packed {
  /** The folder of an app that has installed the package. */
  readonly app: string
  /** The package in it. */
  readonly installed: string
  readonly tarball: string
  /** Makes the folder of another app that has installed the package, with its peers from this `node_modules`. */
  createApp(name: string, peersFrom?: string, put?: PutPeer): string
}

/** Runs a command, and returns what it prints. */
export const run = (command: string, args: readonly string[], cwd = root): string =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  })

/** Peers and what they need, and their types. */
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
  '@types/react',
  '@types/react-dom',
  'csstype',
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
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'redux-turnkeeper-')))
  try {
    run('npm', ['run', '--silent', 'build', '--', '--silent'])
    const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', base])) as [
      { filename: string },
    ]
    const tarball = join(base, packed.filename)

    const createApp: Packed['createApp'] = (
      name,
      peersFrom = join(root, 'node_modules'),
      put = (from, to) => symlinkSync(from, to),
    ) => {
      const app = join(base, name)
      const modules = join(app, 'node_modules')
      const installed = join(modules, 'redux-turnkeeper')
      mkdirSync(installed, { recursive: true })
      run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
      for (const peer of PEERS.filter((one) => existsSync(join(peersFrom, one)))) {
        mkdirSync(dirname(join(modules, peer)), { recursive: true })
        put(join(peersFrom, peer), join(modules, peer))
      }
      return app
    }
    const app = createApp('app')
    await work({ app, installed: join(app, 'node_modules/redux-turnkeeper'), tarball, createApp })
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}
