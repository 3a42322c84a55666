/** The app as it would be deployed: built into a folder of its own, and read into memory. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { readFiles } from '../../examples/chat/server/files'
import type { Files } from '../../examples/chat/server/files'

interface BuildOptions {
  readonly sourcemap?: boolean
  /** Which pages; without it the chat app alone. */
  readonly rollupOptions?: { readonly input: string }
}

export async function buildApp(options: BuildOptions = {}): Promise<Files> {
  const outDir = mkdtempSync(join(tmpdir(), 'turnkeeper-e2e-'))
  try {
    await build({
      root: resolve(import.meta.dirname, '../../examples/chat'),
      logLevel: 'warn',
      build: { outDir, emptyOutDir: true, ...options },
    })
    return readFiles(outDir)
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
}
