/**
 * Turns the TypeScript of a copy of the repository into CommonJS, each file beside its source, and lets the package be
 * found there under its own name. Only for a copy: it overwrites package.json.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ENTRIES } from '../../.config/entries'

const SOURCES = /\.tsx?$/
/** Folders of tests with packages of their own, and what the suite does not use. */
const LEFT_OUT = /^(bench|conformance|e2e|engines|mutants|pack|sdk-types)[/\\]/

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) =>
        SOURCES.test(path) && !path.endsWith('.d.ts') && (folder !== '__tests__' || !LEFT_OUT.test(path)),
    )
    .map((path) => join(folder, path))

async function main(): Promise<void> {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly version: string
    readonly exports: Readonly<Record<string, unknown>>
  }
  await build({
    entryPoints: ['src', '__tests__'].flatMap(sourcesIn),
    outdir: '.',
    outbase: '.',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    jsx: 'automatic',
    tsconfigRaw: '{}',
    logOverride: { 'empty-import-meta': 'silent' },
  })
  const { version } = manifest
  const sourceOf = (name: string): string | undefined => {
    const inDist = JSON.stringify(manifest.exports[name])
    return Object.entries(ENTRIES).find(([entry]) => inDist.includes(`"./dist/${entry}.js"`))?.[1]
  }
  const exports = Object.fromEntries(
    Object.keys(manifest.exports).flatMap((name) => {
      const source = sourceOf(name)
      return source === undefined ? [] : [[name, `./${source.replace(SOURCES, '.js')}`]]
    }),
  )
  writeFileSync(
    'package.json',
    JSON.stringify({ name: 'redux-turnkeeper', version, type: 'commonjs', exports }),
  )
}

void main()
