/** Packages that come as modules alone, which Jest does not load: bundled into CommonJS, with the one React that there is. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './pages'

const MODULE_ONLY: ReadonlySet<string> = new Set(['@assistant-ui/react'])
const SHARED = ['react', 'react-dom', 'react/jsx-runtime', 'react-dom/client']

export const isModuleOnly = (id: string): boolean => MODULE_ONLY.has(id)

/** Its command line, since its API does not run where the test's page is jsdom's. */
const bundle = (id: string): string =>
  execFileSync(
    join(root, 'node_modules/.bin/esbuild'),
    [
      '--bundle',
      '--format=cjs',
      '--platform=node',
      '--log-level=error',
      ...SHARED.map((name) => `--external:${name}`),
    ],
    { cwd: root, input: `export * from '${id}'`, encoding: 'utf8', maxBuffer: 2 ** 26 },
  )

const loaded = new Map<string, object>()

export function requireModule(id: string): object {
  const known = loaded.get(id)
  if (known) return known
  const module = { exports: {} }
  const require = (name: string): unknown => jest.requireActual<object>(name)
  new Function('module', 'exports', 'require', bundle(id))(module, module.exports, require)
  loaded.set(id, module.exports)
  return module.exports
}
