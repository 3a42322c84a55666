/** The modules of the tests, for a page or a process. */
import { join } from 'node:path'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'

const ROOT = join(import.meta.dirname, '../..')

const SHARED = {
  bundle: true,
  logLevel: 'error',
  alias: {
    'redux-turnkeeper/tabs': join(ROOT, 'src/features/tabs.ts'),
    'redux-turnkeeper/sharedQueue': join(ROOT, 'src/features/sharedQueue.ts'),
    'redux-turnkeeper/assistant': join(ROOT, 'src/features/assistant.ts'),
    'redux-turnkeeper/sharedAssistant': join(ROOT, 'src/features/sharedAssistant.ts'),
    'redux-turnkeeper/testing': join(ROOT, 'src/testing/index.ts'),
    'redux-turnkeeper/conformance': join(ROOT, 'src/conformance/index.ts'),
    'redux-turnkeeper': join(ROOT, 'src/index.ts'),
  },
} satisfies BuildOptions

/** A module of this folder as a script for a browser. */
export async function scriptOf(module: string): Promise<string> {
  const { outputFiles } = await build({
    ...SHARED,
    alias: { ...SHARED.alias, 'node:util': join(import.meta.dirname, 'nodeUtil.ts') },
    entryPoints: [join(import.meta.dirname, module)],
    write: false,
    format: 'iife',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0]!.text
}

export const pageOf = async (module: string): Promise<string> =>
  `<!doctype html><title>tab</title><script>${(await scriptOf(module)).replaceAll('</script', '<\\/script')}</script>`

/** A module of this folder as one for Node, in a file. */
export async function writeForNode(module: string, outfile: string): Promise<void> {
  await build({
    ...SHARED,
    entryPoints: [join(import.meta.dirname, module)],
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
  })
}
