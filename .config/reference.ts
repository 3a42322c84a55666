/**
 * The API reference: `npm run docs` writes it into `reference/` as HTML. Fails where an export has no documentation comment,
 * and where a link in a comment leads nowhere. `--check` writes nothing.
 */
import { Application, LogLevel } from 'typedoc'
import manifest from '../package.json' with { type: 'json' }
import { ENTRIES } from './entries'

/** The entry as an app imports it: `redux-turnkeeper/adapters/agUi`. */
const importNameOf = (output: string): string =>
  Object.entries(manifest.exports)
    .find(([, entry]) => JSON.stringify(entry).includes(`./dist/${output}.js`))![0]
    .replace('.', manifest.name)

// `react/rsc` is what `react/index` is in a server component: the same names.
const entries = Object.entries(ENTRIES).filter(([output]) => output !== 'react/rsc')

const app = await Application.bootstrap({
  name: manifest.name,
  entryPoints: entries.map(([, source]) => source),
  tsconfig: 'tsconfig.json',
  // `npm run types` does that.
  skipErrorChecking: true,
  readme: 'none',
  excludeInternal: true,
  excludeExternals: true,
  disableSources: true,
  sort: ['kind', 'alphabetical'],
  requiredToBeDocumented: ['Function', 'Variable', 'Class', 'Interface', 'TypeAlias'],
  validation: {
    notDocumented: true,
    // `npm run test:pack` looks for types that no entry exports.
    notExported: false,
    invalidLink: true,
    rewrittenLink: true,
    unusedMergeModuleWith: true,
  },
  logLevel: LogLevel.Error,
})
const project = await app.convert()
if (!project) process.exit(1)
for (const module of project.children ?? []) {
  const [output] =
    entries.find(
      ([, source]) => source === `src/${module.name}.ts` || source === `src/${module.name}/index.ts`,
    ) ?? []
  if (output === undefined) throw new Error(`TypeDoc has a module "${module.name}" that is no entry.`)
  module.name = importNameOf(output)
}
// What was said until here is about comments of RTK's.
app.logger.resetWarnings()
app.logger.level = LogLevel.Warn
app.validate(project)
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)

const names = (project.children ?? []).map(({ name, children = [] }) => `${name}: ${children.length}`)
if (!process.argv.includes('--check')) await app.generateDocs(project, 'reference')
console.log(`Every export has a documentation comment.\n${names.join('\n')}`)
