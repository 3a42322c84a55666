/** Hovering a public name shows what it is for: each has a documentation comment, as an editor finds it. */
import { join } from 'node:path'
import ts from 'typescript'
import { ENTRIES as FILES } from '../.config/entries'
import manifest from '../package.json'

const ROOT = join(__dirname, '..')
/** The source of each entry, by the name that an app imports it by, with a dot for the package. */
const ENTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(manifest.exports).flatMap(([name, entry]) => {
    const [, source] =
      Object.entries(FILES).find(
        ([output]) => typeof entry === 'object' && entry.import.default === `./dist/${output}.js`,
      ) ?? []
    return source === undefined ? [] : [[name, source]]
  }),
)
type Entry = string

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT)
const program = ts.createProgram(
  Object.values(ENTRIES).map((file) => join(ROOT, file)),
  { ...options, types: [] },
)
const checker = program.getTypeChecker()

const resolved = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
const commentOf = (symbol: ts.Symbol): string =>
  ts.displayPartsToString(resolved(symbol).getDocumentationComment(checker))
const exportsOf = (entry: Entry): readonly ts.Symbol[] =>
  checker.getExportsOfModule(
    checker.getSymbolAtLocation(program.getSourceFile(join(ROOT, ENTRIES[entry]!))!)!,
  )
const exported = (entry: Entry, name: string): ts.Symbol => {
  const found = exportsOf(entry).find((symbol) => symbol.name === name)
  if (!found) throw new Error(`${entry} exports no ${name}`)
  return resolved(found)
}
const isType = (symbol: ts.Symbol): boolean => (resolved(symbol).flags & ts.SymbolFlags.Value) === 0
/** What one may write after a dot: the members of an interface, or those of the type of a value. */
const membersOf = (symbol: ts.Symbol): readonly ts.Symbol[] =>
  (isType(symbol) ? checker.getDeclaredTypeOfSymbol(symbol) : checker.getTypeOfSymbol(symbol)).getProperties()
const bare = (symbols: readonly ts.Symbol[]): readonly string[] =>
  symbols.filter((symbol) => commentOf(symbol).length < 10).map(({ name }) => name)

/** The names that an app uses most. */
const MOST_USED: Readonly<Partial<Record<Entry, readonly string[]>>> = {
  '.': [
    'createTurnkeeper',
    'endTurn',
    'turnSettled',
    'userChanged',
    'sessionStatusChanged',
    'conversationRekeyed',
    'stateRestored',
    'selectIsBusy',
    'selectPhase',
    'selectActiveTurn',
    'selectCanStop',
    'selectCanSend',
    'selectQueue',
    'selectDrafts',
    'selectPendingInputs',
    'selectLastError',
    'selectLastEndedTurn',
    'selectPersisted',
  ],
  './react': [
    'TurnkeeperProvider',
    'createFactHook',
    'useIsBusy',
    'useTurnPhase',
    'useTurnCommands',
    'useElapsed',
  ],
  './testing': ['createManualClock', 'createScriptedBackend', 'createRecorder', 'flushMicrotasks'],
  './devtools': ['devtoolsOptions'],
  './assistant': ['assistant', 'assistantInputsChanged', 'retryAssistant'],
}

test.each(Object.entries(MOST_USED) as readonly (readonly [Entry, readonly string[]])[])(
  'the most used names of %s say what they are for',
  (entry, names) => {
    const comments = names.map((name) => [name, commentOf(exported(entry, name))] as const)
    expect(comments.filter(([, comment]) => comment.length < 20)).toEqual([])
  },
)

test('all entries are read', () => {
  const names = Object.keys(manifest.exports).filter((name) => name !== './package.json')
  expect(Object.keys(ENTRIES)).toEqual(names)
})

test.each(Object.keys(ENTRIES))('so does everything else that %s exports', (entry) => {
  // A namespace has no comment of its own: its members have.
  expect(bare(exportsOf(entry).filter((symbol) => symbol.name !== 'signals'))).toEqual([])
})

test.each([
  ['.', 'Turnkeeper', 15],
  ['.', 'TurnkeeperOptions', 25],
  ['.', 'Ports', 7],
  ['.', 'PortContext', 3],
  ['.', 'SharedQueuePort', 4],
  ['.', 'Clock', 3],
  ['.', 'Environment', 3],
  ['.', 'signals', 14],
  ['.', 'Submitted', 2],
  ['./assistant', 'AssistantPorts', 4],
  ['./assistant', 'AssistantOptions', 8],
  ['./react', 'TurnCommands', 6],
  ['./testing', 'ManualClock', 6],
  ['./testing', 'ScriptedBackend', 8],
  ['./testing', 'Recorder', 4],
  ['./devtools', 'DevtoolsOptions', 4],
  ['./conformance', 'OpenSubject', 10],
  ['./conformance', 'Surroundings', 10],
  ['./conformance', 'ConversationView', 11],
  ['./conformance', 'TurnView', 3],
  ['./conformance', 'Verdict', 4],
] as const)('%s: every member of %s', (entry, name, least) => {
  const members = membersOf(exported(entry, name))
  expect(members.length).toBeGreaterThanOrEqual(least)
  expect(bare(members)).toEqual([])
})

test('every bound selector, as `keeper.selectors.selectIsBusy`', () => {
  const selectors = membersOf(exported('.', 'Turnkeeper')).find(({ name }) => name === 'selectors')!
  const bound = checker.getTypeOfSymbol(selectors).getProperties()
  expect(bound.length).toBeGreaterThan(20)
  expect(bare(bound)).toEqual([])
})
