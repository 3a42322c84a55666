/** The README and the pages of the guide, taken apart: headings, tables, blocks of code. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(__dirname, '../..')
const GUIDE = 'examples/guide'

/** A block of TypeScript. */
export interface Block {
  /** The page that it stands on: `README`, `adopting`. */
  readonly page: string
  /** The file that its first line names (`// store.ts`), or one made of its number. */
  readonly name: string
  /** Where it would be, from the root of the package. Nothing is written there. */
  readonly path: string
  readonly heading: string
  /** The line of the page that its first line is. */
  readonly line: number
  readonly code: string
}

export interface Page {
  readonly name: string
  /** From the root of the package. */
  readonly path: string
  readonly text: string
  readonly blocks: readonly Block[]
}

const FENCE = /^```(tsx?)\n([^]*?)^```$/gm
const FILE_NAME = /^\/\/ ([\w-]+\.tsx?)\b/

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length
const headingAt = (text: string, offset: number): string =>
  [...text.slice(0, offset).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? ''

function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8')
  const name = path === 'README.md' ? 'README' : path.slice(GUIDE.length + 1).replace('.md', '')
  const blocks = [...text.matchAll(FENCE)].map((found, place): Block => {
    const code = found[2]!
    const file = FILE_NAME.exec(code)?.[1] ?? `example-${place + 1}.${found[1]}`
    const heading = headingAt(text, found.index)
    const line = lineAt(text, found.index) + 1
    return { page: name, name: file, path: `${GUIDE}/${name}/${file}`, heading, line, code }
  })
  return { name, path, text, blocks }
}

export const readme = readPage('README.md')
/** The guide's pages; `README` of the guide itself is `index`. */
export const guide: readonly Page[] = readdirSync(join(root, GUIDE))
  .filter((name) => name.endsWith('.md'))
  .map((name) => readPage(`${GUIDE}/${name}`))
  .map((page) => (page.path === `${GUIDE}/README.md` ? { ...page, name: 'index' } : page))
export const pages: readonly Page[] = [readme, ...guide]
export const blocks: readonly Block[] = pages.flatMap((page) => page.blocks)

export function pageOf(name: string): Page {
  const page = pages.find((one) => one.name === name)
  if (!page) throw new Error(`The guide has no page "${name}".`)
  return page
}

/** The block of a page that is this file, or the one with this number, counted from 1. */
export function blockOf(page: string, which: string | number): Block {
  const all = pageOf(page).blocks
  const block = typeof which === 'number' ? all[which - 1] : all.find(({ name }) => name === which)
  if (!block) throw new Error(`The page "${page}" has no block "${which}".`)
  return block
}

/** The file that a relative import means: one of the same page, else one of the README, else of another page. */
export function fileOf(page: string, specifier: string): Block | undefined {
  const [, name] = /^\.\/([\w-]+)$/.exec(specifier) ?? []
  if (name === undefined) return undefined
  return [...pageOf(page).blocks, ...blocks].find((block) => block.name.replace(/\.tsx?$/, '') === name)
}

// ---------------------------------------------------------------- text

/** The text under a heading, up to the next one of its level. */
export function sectionOf({ text, path }: Page, heading: string): string {
  const [line, level = ''] = new RegExp(`^(#+) ${heading}$`, 'm').exec(text) ?? []
  if (line === undefined) throw new Error(`${path} has no heading "${heading}".`)
  return text.slice(text.indexOf(line) + line.length).split(new RegExp(`^#{1,${level.length}} `, 'm'))[0]!
}

/** The page without its blocks of code. */
export const proseOf = ({ text }: Page): string => text.replace(/^```[^]*?^```$/gm, '')

/** The rows of the tables whose first column has this title, cell by cell. */
export function rowsOf(page: Page, column: string, heading?: string): readonly (readonly string[])[] {
  const text = heading === undefined ? page.text : sectionOf(page, heading)
  const rows: string[][] = []
  let isInside = false
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) isInside = false
    const cells = line.split(/(?<!\\)\|/).slice(1, -1)
    const trimmed = cells.map((cell) => cell.trim())
    if (isInside && !/^:?-+:?$/.test(trimmed[0] ?? '')) rows.push(trimmed)
    if (trimmed[0] === column) isInside = true
  }
  if (rows.length === 0) throw new Error(`${page.path} has no table of "${column}".`)
  return rows
}

/** What stands in backticks. */
export const codesIn = (text = ''): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)

/** The names that a table is about: those in its first column, without their arguments. */
export const namesIn = (page: Page, column: string, heading?: string): string[] =>
  rowsOf(page, column, heading).flatMap(([first]) => codesIn(first).map((code) => code.replace(/\(.*/, '')))

export const sorted = (names: Iterable<string>): string[] => [...names].sort()
