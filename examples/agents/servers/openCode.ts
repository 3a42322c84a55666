/** OpenCode's server. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { connectOpenCode } from 'redux-turnkeeper/connections/openCode'
import { createProcess } from '../harness/process'
import type { Provider } from '../harness/provider'
import type { AgentServer, ServerContext, ServerKind, ServerTurn } from '../harness/server'

const require = createRequire(import.meta.url)

function executable(): string {
  const root = dirname(require.resolve('opencode-ai/package.json'))
  const platform = `opencode-${process.platform}-${process.arch}`
  return join(dirname(require.resolve(`${platform}/package.json`, { paths: [root] })), 'bin/opencode')
}

/** `fake` by its URL; a real provider is one that OpenCode knows, also by the list of models that it fetches. */
const providerOf = ({ name, baseUrl, key, model }: Provider): object => {
  const options = { baseURL: baseUrl, apiKey: key }
  if (name !== 'fake') return { [name]: { options } }
  const models = {
    [model]: { name: 'Fake', tool_call: true, limit: { context: 128_000, output: 4_096 } },
  }
  return { fake: { npm: '@ai-sdk/openai-compatible', name: 'Fake', options, models } }
}

const configOf = (provider: Provider): object => ({
  autoupdate: false,
  share: 'disabled',
  model: `${provider.name}/${provider.model}`,
  small_model: `${provider.name}/${provider.model}`,
  lsp: false,
  formatter: false,
  snapshot: false,
  enabled_providers: [provider.name],
  permission: 'allow',
  agent: { asking: { mode: 'primary', permission: { bash: 'ask', edit: 'ask', webfetch: 'ask' } } },
  provider: providerOf(provider),
})

interface Message {
  readonly info: {
    readonly id: string
    readonly role: string
    readonly parentID?: string
    readonly finish?: string
    readonly error?: { readonly name: string }
    readonly time: { readonly completed?: number }
  }
  readonly parts: readonly { readonly type: string; readonly text?: string }[]
}

/** What the newest of the messages that answer a prompt says of it. */
function outcomeOf(answers: readonly Message[]): ServerTurn['outcome'] {
  const info = answers.at(-1)?.info
  if (!info) return 'never'
  if (info.error) return info.error.name === 'MessageAbortedError' ? 'cancelled' : 'error'
  if (info.time.completed === undefined) return 'open'
  if (info.finish === undefined) return 'cancelled'
  // After `tool-calls` another message was to follow: the person refused the tool, or the process died.
  return info.finish === 'stop' ? 'complete' : 'interrupted'
}

/** How OpenCode is started in a folder of its own, without its arguments. */
export function openCodeFolder(provider: Provider, folder: string) {
  const home = join(folder, 'home')
  const cwd = join(folder, 'work')
  const models = join(home, 'models.json')
  const env: Readonly<Record<string, string>> = {
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(configOf(provider)),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    ...(provider.name === 'fake' && { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_MODELS_PATH: models }),
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_CLAUDE_CODE: '1',
  }
  return {
    cwd,
    command: { file: executable(), cwd, env },
    make() {
      mkdirSync(home, { recursive: true })
      mkdirSync(cwd, { recursive: true })
      writeFileSync(models, '{}')
    },
  }
}

function create({ provider, folder, port }: ServerContext): AgentServer {
  const { command, make } = openCodeFolder(provider, folder)
  const url = `http://127.0.0.1:${port}`
  const asking = new Set<string>()
  const child = createProcess({
    ...command,
    args: ['serve', '--port', String(port), '--hostname', '127.0.0.1', '--pure'],
    isReady: async () => (await fetch(`${url}/global/health`, { signal: AbortSignal.timeout(2_000) })).ok,
  })
  const ask = async (path: string, init: RequestInit = {}): Promise<{ ok: boolean; body: unknown }> => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url + path, { headers, signal: AbortSignal.timeout(20_000), ...init })
    const text = await response.text()
    return { ok: response.ok, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
  }

  return {
    async start() {
      make()
      await child.start()
    },
    signal: child.signal,
    stop: child.stop,
    async createConversation(_connection, { asks }) {
      const { body } = await ask('/session', { method: 'POST', body: JSON.stringify({ title: 'a case' }) })
      const { id } = body as { id: string }
      if (asks) asking.add(id)
      return id
    },
    async deleteConversation(id) {
      await ask(`/session/${id}`, { method: 'DELETE' })
    },
    async history(id) {
      const statuses = await ask('/session/status')
      const { ok, body } = await ask(`/session/${id}/message`)
      const isBusy = Object.hasOwn(statuses.body as object, id)
      if (!ok || !Array.isArray(body)) return { isBusy, turns: null }
      const messages = body as readonly Message[]
      const prompts = messages.filter(({ info }) => info.role === 'user')
      return {
        isBusy,
        turns: prompts.map(({ info, parts }) => ({
          turn: info.id,
          prompt: parts.map(({ text = '' }) => text).join('\n'),
          outcome: outcomeOf(messages.filter((message) => message.info.parentID === info.id)),
        })),
      }
    },
    async promptByOther(id, text) {
      const body = JSON.stringify({ parts: [{ type: 'text', text }] })
      const { ok } = await ask(`/session/${id}/prompt_async`, { method: 'POST', body })
      if (!ok) throw new Error('The prompt of the other client was refused.')
    },
    async answerByOther(id) {
      const { body } = await ask('/permission')
      const open = (body as readonly { id: string; sessionID: string }[]).find(
        ({ sessionID }) => sessionID === id,
      )
      if (!open) throw new Error('The other client sees no question.')
      const reply = JSON.stringify({ reply: 'once' })
      await ask(`/permission/${open.id}/reply`, { method: 'POST', body: reply })
    },
    connect: ({ port: proxied, onEvent }) =>
      connectOpenCode({
        baseUrl: `http://127.0.0.1:${proxied}`,
        onEvent,
        promptParams: ({ conversationId }) => (asking.has(conversationId) ? { agent: 'asking' } : {}),
      }),
  }
}

export const openCode: ServerKind = {
  name: 'opencode',
  version: () => {
    const manifest = readFileSync(require.resolve('opencode-ai/package.json'), 'utf8')
    return `OpenCode ${(JSON.parse(manifest) as { version: string }).version}`
  },
  create,
  hasPage: true,
  providers: ['openai', 'anthropic'],
  isStream: (text) => text.startsWith('GET /event'),
  streams: 'shared',
  isLastWord(event) {
    const { type, properties } = event as {
      type: string
      properties?: { part?: { type: string; time?: { end?: number } } }
    }
    const { part } = properties ?? {}
    return type === 'message.part.updated' && part?.type === 'text' && part.time?.end !== undefined
  },
  yes: { reply: 'once' },
  no: { reply: 'reject' },
  promptsWhileBusy: 'queue',
  tellsOfOthers: true,
  lacks: {},
  cannotTell: {},
}
