/**
 * The badges of the README, drawn from what package.json and the checks of the package say. They are files, so that no server
 * is asked for them.
 */
import { readFileSync } from 'node:fs'

/** From the root of the package, where npm starts every script. */
const read = (path: string): string => readFileSync(path, 'utf8')
const found = (path: string, pattern: RegExp): string => {
  const [, text] = pattern.exec(read(path)) ?? []
  if (text === undefined) throw new Error(`${path} has nothing like ${pattern}`)
  return text
}

interface Manifest {
  readonly license: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}
const { license, dependencies = {}, peerDependencies } = JSON.parse(read('package.json')) as Manifest
/** `^2.0.0` is "2". */
const major = (name: string): string => /\d+/.exec(peerDependencies[name] ?? '')?.[0] ?? ''

const TYPES = '__tests__/pack/types.ts'
const BADGES: Readonly<Record<string, readonly [label: string, text: string]>> = {
  licence: ['licence', license],
  dependencies: ['runtime dependencies', String(Object.keys(dependencies).length)],
  toolkit: ['Redux Toolkit', major('@reduxjs/toolkit')],
  react: ['React', `${major('react')} and newer`],
  typescript: ['TypeScript', `${found(TYPES, /OLDEST = '(.+)'/)} to ${found(TYPES, /NEWEST = '(.+)'/)}`],
}

const widthOf = (text: string): number => Math.round(text.length * 6.5) + 12

function draw([label, text]: readonly [string, string]): string {
  const [left, right] = [widthOf(label), widthOf(text)]
  const write = (content: string, from: number, width: number): string =>
    `<text x="${from + width / 2}" y="14" textLength="${width - 12}" lengthAdjust="spacingAndGlyphs">${content}</text>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label}: ${text}">`,
    `  <rect width="${left + right}" height="20" rx="3" fill="#24292f"/>`,
    `  <path d="M${left} 0h${right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-${right - 3}z" fill="#0969da"/>`,
    '  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
    `    ${write(label, 0, left)}`,
    `    ${write(text, left, right)}`,
    '  </g>',
    '</svg>',
    '',
  ].join('\n')
}

/** The files, from the root of the package, and what is to be in each. */
export const badges: readonly (readonly [path: string, svg: string])[] = Object.entries(BADGES).map(
  ([name, badge]) => [`examples/guide/badges/${name}.svg`, draw(badge)],
)
