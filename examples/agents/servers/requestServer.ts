/** What the servers with one request to a turn share: a process of the harness's own, and how it is asked. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createProcess } from '../harness/process'
import type { AgentServer, ServerContext, ServerHistory } from '../harness/server'

/** Not every package exports its manifest. */
export function versionOf(name: string): string {
  const manifest = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** Starts `script` with the port, the model and a file for what it writes down. */
export function createRequestServer(
  { provider, folder, port }: ServerContext,
  script: string,
  readyPath = '/history/none',
): Pick<AgentServer, 'start' | 'signal' | 'stop' | 'history' | 'createConversation'> & {
  readonly url: string
} {
  const url = `http://127.0.0.1:${port}`
  const file = fileURLToPath(new URL(script, import.meta.url))
  const child = createProcess({
    file: process.execPath,
    args: ['--import', 'tsx', file, String(port), JSON.stringify(provider), join(folder, 'ledger.jsonl')],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { HOME: folder, COPILOTKIT_TELEMETRY_DISABLED: 'true', DO_NOT_TRACK: '1', ...silenced },
    isReady: async () => (await fetch(url + readyPath, { signal: AbortSignal.timeout(2_000) })).ok,
  })
  return {
    url,
    async start() {
      mkdirSync(folder, { recursive: true })
      await child.start()
    },
    signal: child.signal,
    stop: child.stop,
    createConversation: async (_connection, { asks }) => `${asks ? 'asking-' : ''}${crypto.randomUUID()}`,
    async history(id) {
      const response = await fetch(`${url}/history/${id}`, { signal: AbortSignal.timeout(20_000) })
      return (await response.json()) as ServerHistory
    },
  }
}

/** Warnings of the AI SDK are not of interest. */
const silenced = { AI_SDK_LOG_WARNINGS: 'false' }

/** Conversations in which a tool of the page is offered. */
export const isAsking = (conversationId: string): boolean => conversationId.startsWith('asking-')
