/** Compilers, bundlers and old peers that only these checks need: a package of its own, installed when it is first asked for. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './packed'

const folder = join(import.meta.dirname, 'tools')

/** The `node_modules` of a package beside this file. */
function modulesOf(name: string): string {
  const cwd = join(import.meta.dirname, name)
  const modules = join(cwd, 'node_modules')
  if (!existsSync(join(modules, '.package-lock.json'))) run('npm', ['ci', '--silent'], cwd)
  return modules
}

export const tools = (): string => modulesOf('tools')
export const toolsFolder = folder
/** The oldest peers that are allowed, and React 18 with the newest RTK. */
export const oldPeers = (name: 'oldest' | 'react18'): string => modulesOf(`peers/${name}`)
