/**
 * The surface of the package, an entry a file: what an app may name, and the types of it. The reports are made from the
 * types that are published (`dist`), so the package must be built.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import manifest from '../../package.json'

export interface ApiReport {
  /** As an app imports it. */
  readonly entry: string
  /** Where the report is kept, from the root of the repository. */
  readonly file: string
  readonly text: string
  /** Names that its types use and that neither it nor the main entry exports. */
  readonly nameless: readonly string[]
}

interface Surface extends Omit<ApiReport, 'nameless'> {
  /** Names that the types use and the entry does not export. */
  readonly unexported: readonly string[]
}

const root = resolve(import.meta.dirname, '../..')
const MAIN = 'redux-turnkeeper'

const quiet = { logLevel: ExtractorLogLevel.None }

function surfaceOf(entry: string, types: string, folder: string): Surface {
  const name = entry === MAIN ? 'index' : entry.slice(MAIN.length + 1).replaceAll('/', '-')
  const reportFileName = `${name}.api.md`
  const unexported = new Set<string>()
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2023', 'DOM', 'DOM.Iterable'],
            module: 'ESNext',
            moduleResolution: 'bundler',
            strict: true,
            skipLibCheck: true,
            types: [],
          },
          files: [join(root, types)],
        },
      },
      apiReport: { enabled: true, reportFileName, reportFolder: folder, reportTempFolder: folder },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: quiet },
        extractorMessageReporting: {
          default: quiet,
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning },
        },
        tsdocMessageReporting: { default: quiet },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  })
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      message.handled = true
      const symbol = /^The symbol "(.+?)" needs/.exec(message.text)?.[1]
      if (message.messageId === 'ae-forgotten-export' && symbol) unexported.add(symbol)
    },
  })
  return {
    entry,
    file: `__tests__/api/${reportFileName}`,
    text: readFileSync(join(folder, reportFileName), 'utf8').replace(`"${MAIN}"`, `"${entry}"`),
    unexported: [...unexported].sort(),
  }
}

/** Not exported under this name, but each of its members under its own: the module of the selectors. */
const BY_MEMBERS: ReadonlySet<string> = new Set(['selectors', 'unbound'])

/** What is used together with another entry beside the main one: its types go by their names there. */
const COMPANIONS: Readonly<Record<string, string>> = {
  [`${MAIN}/sharedAssistant`]: `${MAIN}/assistant`,
}

/** The names that a report exports. */
const exportsOf = ({ text }: Surface): readonly string[] =>
  [
    ...text.matchAll(
      /^export (?:declare )?(?:abstract )?(?:const|function|interface|type|class|enum|namespace) (\w+)/gm,
    ),
    ...text.matchAll(/^export \{ (\w+) \}/gm),
    ...text.matchAll(/^declare namespace (\w+) /gm),
  ].map(([, name]) => name!)

/** The reports as the built package has them. */
export function apiReports(): readonly ApiReport[] {
  const folder = mkdtempSync(join(tmpdir(), 'api-'))
  try {
    const surfaces = Object.entries(manifest.exports).flatMap(([path, target]) =>
      typeof target === 'string' ? [] : [surfaceOf(path.replace('.', MAIN), target.import.types, folder)],
    )
    const namesOf = (name: string | undefined) =>
      surfaces.filter(({ entry }) => entry === name).flatMap(exportsOf)
    const main = namesOf(MAIN)
    return surfaces.map(({ entry, file, text, unexported }) => {
      const named = new Set([...main, ...namesOf(COMPANIONS[entry]), ...BY_MEMBERS])
      const nameless = unexported.filter((name) => !named.has(name))
      return { entry, file, text, nameless }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Whether the report that is kept is the one of the built package. */
export function isCurrent({ file, text }: ApiReport): boolean {
  try {
    return readFileSync(join(root, file), 'utf8') === text
  } catch {
    return false
  }
}

/** Keeps a report. */
export const write = ({ file, text }: ApiReport): void => writeFileSync(join(root, file), text)
