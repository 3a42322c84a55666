/** What TypeScript says of the code in the pages, as an app with `strict` would hear it. */
import { join } from 'node:path'
import ts from 'typescript'
import { fileOf, root } from './pages'

interface SourceText {
  readonly page: string
  /** From the root of the package. */
  readonly path: string
  readonly code: string
}

/** What an app has beside the package, and this repository does not. */
const AMBIENT = `
declare module 'react-native' {
  export type AppStateStatus = 'active' | 'background' | 'inactive' | 'unknown' | 'extension'
  export const AppState: {
    readonly currentState: AppStateStatus
    addEventListener(type: 'change', listener: (state: AppStateStatus) => void): { remove(): void }
  }
}
declare module '@anthropic-ai/claude-agent-sdk' {
  type Message = { type: string }
  type Stored = { type: 'user' | 'assistant' | 'system'; uuid: string; message: unknown }
  export function query(call: { prompt: AsyncIterable<object>; options: object }): AsyncGenerator<Message, void> & {
    interrupt(): Promise<unknown>
  }
  export function getSessionMessages(sessionId: string): Promise<Stored[]>
}
declare module '@react-native-community/netinfo' {
  const NetInfo: {
    addEventListener(listener: (state: { readonly isConnected: boolean | null }) => void): () => void
  }
  export default NetInfo
}
`
const AMBIENT_PATH = join(root, 'examples/guide/ambient.d.ts')

function appOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root)
  return {
    ...options,
    // Options that an app may do without.
    exactOptionalPropertyTypes: false,
    noUncheckedIndexedAccess: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  }
}

/** One line for each complaint: `path:line text`. */
export function complaints(sources: readonly SourceText[]): string[] {
  const options = appOptions()
  const pageOfPath = new Map<string, string>()
  const virtual = new Map([[AMBIENT_PATH, AMBIENT]])
  for (const { page, path, code } of sources) {
    pageOfPath.set(join(root, path), page)
    virtual.set(join(root, path), `${code}\nexport {}\n`)
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (path) => virtual.has(path) || fileExists(path)
  host.readFile = (path) => virtual.get(path) ?? readFile(path)
  host.getSourceFile = (path, target, ...rest) => {
    const code = virtual.get(path)
    return code === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, code, target)
  }
  const resolutions = ts.createModuleResolutionCache(root, (path) => path, options)
  host.resolveModuleNameLiterals = (literals, importer) =>
    literals.map(({ text }) => {
      const page = pageOfPath.get(importer)
      const file = page === undefined ? undefined : fileOf(page, text)
      if (!file) return ts.resolveModuleName(text, importer, options, host, resolutions)
      const extension = file.name.endsWith('x') ? ts.Extension.Tsx : ts.Extension.Ts
      return { resolvedModule: { resolvedFileName: join(root, file.path), extension } }
    })
  const program = ts.createProgram([...virtual.keys()], options, host)
  return [...virtual.keys()].flatMap((path) => {
    const source = program.getSourceFile(path)!
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) => {
        const line = source.getLineAndCharacterOfPosition(start).line + 1
        return `${path.slice(root.length + 1)}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
      },
    )
  })
}
