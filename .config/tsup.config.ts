/** The JavaScript of the package. Its types are written by `declarations.ts`. */
import { dirname, relative } from 'node:path'
import { build } from 'esbuild'
import { defineConfig } from 'tsup'
import type { Options } from 'tsup'
import { ENTRIES } from './entries'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** The source files that the entries need at run time: those that hold only types are not among them. */
async function filesOfEntries(): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: Object.values(ENTRIES),
    bundle: true,
    packages: 'external',
    outdir: 'dist',
    write: false,
    metafile: true,
  })
  // Data stays in the file that imports it.
  return Object.keys(metafile.inputs).filter((file) => !file.endsWith('.json'))
}

/**
 * One output file to a source file: with `sideEffects: false` a bundler then leaves out the files that an app does not use.
 * Imports between them stay imports, and get the extension that Node asks for.
 */
const perFile: Plugin = {
  name: 'per-file',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (kind === 'entry-point' || pluginData === perFile || path.endsWith('.json')) return undefined
      const source = await resolve(path, { importer, resolveDir, kind, pluginData: perFile })
      if (source.errors.length > 0) return source
      const target = relative(dirname(importer), source.path).replaceAll('\\', '/')
      return {
        path: (target.startsWith('.') ? target : `./${target}`).replace(/\.tsx?$/, '.js'),
        external: true,
        sideEffects: false,
      }
    })
  },
}

const common: Options = {
  target: 'es2022',
  // Neutral: `process.env.NODE_ENV` stays in place, for the app's bundler to decide.
  platform: 'neutral',
}

export default defineConfig(async () => [
  {
    ...common,
    entry: await filesOfEntries(),
    format: ['esm'],
    splitting: false,
    sourcemap: true,
    esbuildPlugins: [perFile],
  },
  // Few files: bundlers shake no CommonJS. No map: the one that is made for split CommonJS names the folder that it was built in.
  { ...common, entry: ENTRIES, format: ['cjs'], splitting: true },
])
