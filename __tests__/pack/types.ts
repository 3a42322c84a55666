/** The declarations, as each supported TypeScript reads them, with the checks of libraries on. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check } from './checks'
import type { Packed } from './packed'
import { oldPeers, tools } from './tools'

/** The oldest is the minimum that the README states. */
const OLDEST = '5.4'
const NEWEST = '7'
const VERSIONS = [OLDEST, '5.9', '6', NEWEST]

interface Setting {
  readonly title: string
  readonly options: Readonly<Record<string, unknown>>
  /** Left out: all of them. */
  readonly versions?: readonly string[]
}
const SETTINGS: readonly Setting[] = [
  { title: 'bundler', options: {}, versions: [OLDEST, NEWEST] },
  { title: 'exactOptionalPropertyTypes', options: { exactOptionalPropertyTypes: true } },
  { title: 'node16, a module', options: { module: 'Node16', moduleResolution: 'Node16' } },
  {
    title: 'node10, CommonJS',
    options: { module: 'CommonJS', moduleResolution: 'Node10', esModuleInterop: true },
    versions: [OLDEST],
  },
]

const source = join(import.meta.dirname, 'apps/types')

/** The complaints of a compiler, without those of RTK about its own declarations, which `exactOptionalPropertyTypes` brings up. */
function complaints(version: string, app: string, options: Setting['options']): readonly string[] {
  const config = JSON.parse(readFileSync(join(source, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: object
  }
  copyFileSync(join(source, 'consumer.ts'), join(app, 'consumer.ts'))
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({ private: true, type: options['module'] === 'CommonJS' ? 'commonjs' : 'module' }),
  )
  writeFileSync(
    join(app, 'tsconfig.json'),
    JSON.stringify({ ...config, compilerOptions: { ...config.compilerOptions, ...options } }),
  )
  const compiler = join(tools(), `typescript-${version}`, 'lib/tsc.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', '.'], {
    cwd: app,
    encoding: 'utf8',
  })
  const isOfToolkit = (line: string): boolean => /@reduxjs\/toolkit\/dist\//.test(line)
  const lines = stdout.split('\n').filter((line) => /\berror TS\d+/.test(line))
  if (status !== 0 && lines.length === 0) return [stdout + stderr]
  return options['exactOptionalPropertyTypes'] ? lines.filter((line) => !isOfToolkit(line)) : lines
}

const expectNone = (lines: readonly string[]): void => {
  if (lines.length > 0) throw new Error(lines.join('\n'))
}

export async function types({ app, createApp }: Packed): Promise<void> {
  for (const version of VERSIONS)
    for (const { title, options, versions = VERSIONS } of SETTINGS)
      if (versions.includes(version))
        await check(`TypeScript ${version}: ${title}`, () => expectNone(complaints(version, app, options)))

  await check(`TypeScript ${OLDEST} with the oldest peers`, () =>
    expectNone(complaints(OLDEST, createApp('types-oldest', oldPeers('oldest')), {})),
  )
  await check(`TypeScript ${NEWEST} with React 18`, () =>
    expectNone(complaints(NEWEST, createApp('types-react18', oldPeers('react18')), {})),
  )
  await check('mirror: without the types of the DOM something is wrong', () => {
    if (complaints(NEWEST, app, { lib: ['ES2022'] }).length === 0) throw new Error('Nothing was.')
  })
}
