/** Runs the code of the pages: each block is a module, with the platform that the test hands in around it. */
import * as toolkit from '@reduxjs/toolkit'
import * as core from 'redux-turnkeeper'
import type { Turnkeeper, TurnkeeperOptions } from 'redux-turnkeeper'
import ts from 'typescript'
import { isModuleOnly, requireModule } from './moduleOnly'
import { blockOf, fileOf } from './pages'
import type { Block } from './pages'

type Exports = Readonly<Record<string, unknown>>

export interface World {
  /** What the code finds as globals: `fetch`, `EventSource`, … */
  readonly globals?: object
  /** Modules that this repository does not have, or that stand in for files of a page (`./ports`). */
  readonly modules?: Readonly<Record<string, object>>
  /** Options that each keeper gets where the code gives none: a manual clock, a page. */
  readonly options?: TurnkeeperOptions
}

export interface Runner {
  /** The exports of a block: the file of that name, or the block with that number. Files that it imports run first, once. */
  run<Wanted = Exports>(page: string, which: string | number): Promise<Wanted>
  /** Ends the effects of all keepers that were made. */
  dispose(): void
}

type GetDefault = (options?: { readonly serializableCheck?: object }) => unknown
type StoreOptions = { readonly middleware?: (getDefault: GetDefault) => unknown }

/** The checks of RTK's, without their complaint that they were slow: that is a matter of the machine. */
export const devChecks = {
  serializableCheck: { warnAfter: Infinity },
  immutableCheck: { warnAfter: Infinity },
} as const

/** `configureStore` with those checks. */
function quietly(configureStore: (options: never) => unknown) {
  return ({ middleware = (getDefault) => getDefault(), ...options }: StoreOptions): unknown =>
    configureStore({
      ...options,
      middleware: (getDefault: GetDefault) =>
        middleware(({ serializableCheck, ...given } = {}) =>
          getDefault({
            ...devChecks,
            ...given,
            serializableCheck: { ...devChecks.serializableCheck, ...serializableCheck },
          }),
        ),
    } as never)
}

const IMPORT = /(?:from|import) '(\.\/[\w-]+)'/g

const compile = (code: string): string =>
  ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      jsx: ts.JsxEmit.ReactJSX,
      esModuleInterop: true,
    },
  }).outputText

export function createRunner({ globals = {}, modules = {}, options = {} }: World = {}): Runner {
  const keepers: Pick<Turnkeeper, 'dispose'>[] = []
  const loaded = new Map<string, Promise<Exports>>()

  const createTurnkeeper: typeof core.createTurnkeeper = (given) => {
    const keeper = core.createTurnkeeper({ ...options, ...given } as typeof given)
    keepers.push(keeper)
    return keeper
  }
  const known: Readonly<Record<string, object>> = {
    '@reduxjs/toolkit': { ...toolkit, configureStore: quietly(toolkit.configureStore) },
    'redux-turnkeeper': { ...core, createTurnkeeper },
    ...modules,
  }

  async function evaluate(block: Block): Promise<Exports> {
    const files = new Map<string, Exports>()
    for (const [, specifier = ''] of block.code.matchAll(IMPORT)) {
      if (modules[specifier]) continue
      const file = fileOf(block.page, specifier)
      if (!file) throw new Error(`${block.path} imports "${specifier}", which is on no page.`)
      files.set(specifier, await load(file))
    }
    const exports: Exports = {}
    const require = (id: string): unknown =>
      files.get(id) ?? known[id] ?? (isModuleOnly(id) ? requireModule(id) : jest.requireActual<object>(id))
    const body = `return (async () => {${compile(block.code)}\n})()`
    await new Function('exports', 'require', ...Object.keys(globals), body)(
      exports,
      require,
      ...Object.values(globals),
    )
    return exports
  }

  const load = (block: Block): Promise<Exports> => {
    const begun = loaded.get(block.path) ?? evaluate(block)
    loaded.set(block.path, begun)
    return begun
  }

  return {
    run: async <Wanted>(page: string, which: string | number) => (await load(blockOf(page, which))) as Wanted,
    dispose: () => keepers.splice(0).forEach((keeper) => keeper.dispose()),
  }
}
