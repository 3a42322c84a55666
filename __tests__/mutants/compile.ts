/** Whether a file of the source compiles with a mutant in it. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import ts from 'typescript'
import { fileOf } from './sample'
import type { Place } from './sample'

/** Gives the compiler's first error in the file of a mutant, or null. Files that import it are not looked at. */
export function createCompiler(configFile: string): (mutant: Place) => string | null {
  const config = ts.getParsedCommandLineOfConfigFile(
    configFile,
    { noEmit: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
      },
    },
  )!
  let changed = { path: '', text: '', version: 0 }
  const service = ts.createLanguageService({
    ...ts.sys,
    getCompilationSettings: () => config.options,
    getScriptFileNames: () => config.fileNames,
    getScriptVersion: (path) => (path === changed.path ? String(changed.version) : '0'),
    getScriptSnapshot: (path) => {
      const text = path === changed.path ? changed.text : ts.sys.readFile(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => process.cwd(),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
  })
  return (mutant) => {
    const path = resolve(fileOf(mutant))
    const source = readFileSync(path, 'utf8')
    const starts = ts.createSourceFile(path, source, ts.ScriptTarget.ESNext).getLineStarts()
    const { start, end } = mutant.location
    const before = source.slice(0, starts[start.line]! + start.column)
    const after = source.slice(starts[end.line]! + end.column)
    changed = { path, text: before + mutant.replacement + after, version: changed.version + 1 }
    const [error] = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)]
    return error ? ts.flattenDiagnosticMessageText(error.messageText, '\n') : null
  }
}
