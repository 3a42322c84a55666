/** The built web app, read once: what is not in the folder cannot be asked for. */
import { readFileSync, readdirSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { extname, join } from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Emotion, which the DevTools panel draws with, writes style tags; nothing else is let in from anywhere. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

export type Files = ReadonlyMap<string, { readonly type: string; readonly body: Buffer }>

export function readFiles(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return new Map(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const url = path.slice(folder.length).replaceAll('\\', '/')
      return [url, { type: TYPES[extname(path)] ?? 'application/octet-stream', body: readFileSync(path) }]
    }),
  )
}

/** Serves a file; false where there is none. */
export function serveFile(files: Files, path: string, response: ServerResponse): boolean {
  const file = files.get(path === '/' ? '/index.html' : path)
  if (!file) return false
  const immutable = path.startsWith('/assets/')
  response.writeHead(200, {
    'content-type': file.type,
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
  })
  response.end(file.body)
  return true
}
