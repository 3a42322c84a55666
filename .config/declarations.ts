/**
 * The types of the package: a declaration file to a source file, for modules (`.d.ts`) and for CommonJS (`.d.cts`).
 *
 * They are those of the compiler, with comments and namespaces as they were written, but that imports between them get the
 * extension that Node asks for. What is marked `@internal` is left out.
 */
import { writeFileSync, mkdirSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import ts from 'typescript'
import { ENTRIES } from './entries'

const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
const { options } = ts.convertCompilerOptionsFromJson(
  {
    ...config.compilerOptions,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
    rootDir: 'src',
    outDir: 'dist',
  },
  '.',
)
const program = ts.createProgram(Object.values(ENTRIES), options)

/** Gives the imports of a declaration file their extension. */
const withExtension =
  (extension: string): ts.TransformerFactory<ts.SourceFile | ts.Bundle> =>
  (context) =>
  (file) => {
    const { factory } = context
    const importer = ts.isSourceFile(file) ? file.fileName : ''
    const resolved = (specifier: string): string => {
      const target = ts.resolveModuleName(specifier, importer, options, ts.sys).resolvedModule
      if (!specifier.startsWith('.') || !target) return specifier
      const path = relative(dirname(importer), target.resolvedFileName).replaceAll('\\', '/')
      return (path.startsWith('.') ? path : `./${path}`).replace(/\.tsx?$/, extension)
    }
    const mended = (literal: ts.StringLiteral): ts.StringLiteral =>
      factory.createStringLiteral(resolved(literal.text), true)
    const visit = (before: ts.Node): ts.Node => {
      const node = ts.visitEachChild(before, visit, context)
      if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
        const { modifiers, importClause, moduleSpecifier, attributes } = node
        const from = mended(moduleSpecifier)
        return factory.updateImportDeclaration(node, modifiers, importClause, from, attributes)
      }
      if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
        const { modifiers, isTypeOnly, exportClause, moduleSpecifier, attributes } = node
        const from = mended(moduleSpecifier)
        return factory.updateExportDeclaration(node, modifiers, isTypeOnly, exportClause, from, attributes)
      }
      if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
        const { argument, attributes, qualifier, typeArguments, isTypeOf } = node
        if (!ts.isStringLiteral(argument.literal)) return node
        const from = factory.createLiteralTypeNode(mended(argument.literal))
        return factory.updateImportTypeNode(node, from, attributes, qualifier, typeArguments, isTypeOf)
      }
      return node
    }
    return ts.visitEachChild(file, visit, context) as typeof file
  }

const diagnostics = [...ts.getPreEmitDiagnostics(program)]
for (const [extension, ending] of [
  ['.js', '.d.ts'],
  ['.cjs', '.d.cts'],
] as const) {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path.replace(/\.d\.ts$/, ending), text)
  }
  const emitted = program.emit(undefined, write, undefined, true, {
    afterDeclarations: [withExtension(extension)],
  })
  diagnostics.push(...emitted.diagnostics)
}
if (diagnostics.length > 0) {
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => process.cwd(),
    getNewLine: () => '\n',
  }
  console.error(ts.formatDiagnostics(diagnostics, host))
  process.exitCode = 1
}
