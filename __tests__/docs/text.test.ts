/** What the README and the guide say in prose: short, plain, and without a name or a link that does not exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import manifest from '../../package.json'
import { codesIn, guide, pages, proseOf, readme, root, sorted } from './pages'
import type { Page } from './pages'

const named = pages.map((page) => [page.path, page] as const)

const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-')
const slugsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugOf(heading!))

/** All words of these files: what a name in the text has to be one of. */
function wordsOf(folder: string): ReadonlySet<string> {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  const sources = files.filter((name) => /\.tsx?$/.test(name))
  return new Set(
    sources.flatMap((name) => readFileSync(join(root, folder, name), 'utf8').match(/\w+/g) ?? []),
  )
}

describe('size', () => {
  test('the README has at most 300 lines', () => {
    expect(readme.text.trimEnd().split('\n').length).toBeLessThanOrEqual(300)
  })
  test.each(guide.map((page) => [page.path, page] as const))('%s has at most 150', (_path, { text }) => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(150)
  })
  test.each(named)('%s: no row of a table is wider than 160, no line of prose than 220', (_path, page) => {
    const lines = proseOf(page).split('\n')
    const tooWide = lines.filter((line) => line.length > (line.startsWith('|') ? 160 : 220))
    expect(tooWide).toEqual([])
  })
})

describe('links', () => {
  const linksOf = ({ text }: Page): string[] =>
    [...text.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
      .map(([, target, source]) => target ?? source!)
      .filter((target) => !/^https?:/.test(target))

  test.each(named)('%s links to what there is', (_path, page) => {
    const broken = linksOf(page).filter((target) => {
      const [file = '', anchor] = target.split('#')
      const path = file === '' ? join(root, page.path) : join(root, dirname(page.path), file)
      return !existsSync(path) || (anchor !== undefined && !slugsOf(path).includes(anchor))
    })
    expect(broken).toEqual([])
  })

  const all = guide.filter(({ name }) => name !== 'index')
  test('the README and the index link to every page', () => {
    for (const page of [readme, guide.find(({ name }) => name === 'index')!]) {
      const linked = new Set(linksOf(page).map((target) => target.split('#')[0]!.replace(/.*\//, '')))
      expect(all.map(({ name }) => `${name}.md`).filter((file) => !linked.has(file))).toEqual([])
    }
  })
})

describe('names', () => {
  const ours = wordsOf('src')
  /** Of neighbours, of the reader's own app, and of what the guide tells to give up. */
  const OTHERS = new Set(
    (
      'configureStore createListenerMiddleware combineSlices startListening addCase useState useChat useStream generateMessageId resumeStream ' +
      'isLoading isStreaming isRunning setIsRunning isStopping isWaitingForApproval pendingApproval pendingMessages activeRequestId ' +
      'runningThreads toolCalls statusMessage retryIn backgroundTasks nextRunAt isSubmittingAnswer onFinish createContext sessionStorage messageID parentID sessionID onClick onSubmit preventDefault setInterval commandExecution'
    ).split(' '),
  )
  test.each(named)('%s: every name is one of the package', (_path, page) => {
    const codes = codesIn(proseOf(page)).filter((code) => !code.startsWith(`${manifest.name}/`))
    const names = codes.flatMap((code) => code.match(/\b[a-z]+[A-Z]\w*/g) ?? [])
    // What the page's own code makes is a name too: that code compiles.
    const own = new Set(page.blocks.flatMap(({ code }) => code.match(/\w+/g) ?? []))
    expect(names.filter((name) => !ours.has(name) && !own.has(name) && !OTHERS.has(name))).toEqual([])
  })

  test('every entry of the package is named, and no other', () => {
    const all = pages.flatMap(({ text }) => [...text.matchAll(/['`]redux-turnkeeper(\/[\w/]+)['`]/g)])
    const entries = Object.keys(manifest.exports).filter((path) => /\w/.test(path) && !path.endsWith('.json'))
    expect(sorted(new Set(all.map(([, path]) => `.${path}`)))).toEqual(sorted(entries))
  })

  test.each(named)('%s: every command is one of package.json', (_path, { text }) => {
    const scripts = [...text.matchAll(/npm (?:run )?([a-z][\w:]*)/g)].map(([, name]) => name!)
    const known = [...Object.keys(manifest.scripts), 'ci', 'install']
    expect(scripts.filter((name) => !known.includes(name))).toEqual([])
    for (const [, path] of text.matchAll(/-- (\S+\.jsonl)/g)) expect(existsSync(join(root, path!))).toBe(true)
  })

  test('the folders that are described exist', () => {
    const { text } = guide.find(({ name }) => name === 'contributing')!
    const folders = [...text.matchAll(/`((?:src|__tests__|examples)\/[\w/]+)`/g)].map(([, path]) => path!)
    expect(folders.length).toBeGreaterThan(10)
    expect(folders.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

describe('words', () => {
  /** Words of the first edition's own, for which the field has others. */
  const PRIVATE =
    /\b(ledger|rumou?rs?|look-?ups?|look(s|ed)? (it|them )?up|strangers?|errands?|sides|side runs?|shown? life|signs? of life of)\b/i
  test.each(named)('%s has none of the first edition’s private words', (_path, page) => {
    expect(
      proseOf(page)
        .split('\n')
        .filter((line) => PRIVATE.test(line)),
    ).toEqual([])
  })
})
