/** Codex app-server over a WebSocket. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectCodex } from 'redux-turnkeeper/connections/codexAppServer'
import type { CodexConnection, RpcAnswer } from 'redux-turnkeeper/connections/codexAppServer'
import WebSocket from 'ws'
import { createProcess } from '../harness/process'
import type { Provider } from '../harness/provider'
import type { AgentServer, ServerContext, ServerKind, ServerTurn } from '../harness/server'

const require = createRequire(import.meta.url)
const PLATFORM = `@openai/codex-${process.platform}-${process.arch}`

function executable(): string {
  const root = dirname(require.resolve('@openai/codex/package.json'))
  const platform = dirname(require.resolve(`${PLATFORM}/package.json`, { paths: [root] }))
  const triples: Readonly<Record<string, string>> = {
    'linux-x64': 'x86_64-unknown-linux-musl',
    'linux-arm64': 'aarch64-unknown-linux-musl',
    'darwin-x64': 'x86_64-apple-darwin',
    'darwin-arm64': 'aarch64-apple-darwin',
  }
  return join(platform, 'vendor', triples[`${process.platform}-${process.arch}`] ?? '', 'bin/codex')
}

const configOf = ({ name, baseUrl, model }: Provider): string => `model = "${model}"
model_provider = "given"
approval_policy = "${name === 'fake' ? 'never' : 'on-request'}"
sandbox_mode = "${name === 'fake' ? 'danger-full-access' : 'workspace-write'}"
check_for_update_on_startup = false
[analytics]
enabled = false
[feedback]
enabled = false
[model_providers.given]
name = "${name}"
base_url = "${baseUrl}"
wire_api = "responses"
env_key = "MODEL_KEY"
requires_openai_auth = false
supports_websockets = false
request_max_retries = 1
stream_max_retries = 1
`

const OUTCOMES: Readonly<Record<string, ServerTurn['outcome']>> = {
  completed: 'complete',
  interrupted: 'interrupted',
  failed: 'error',
  inProgress: 'open',
}

interface Item {
  readonly type: string
  readonly content?: readonly { readonly text?: string }[]
}
/** A process that is killed right after the ack may have written the turn down, and not yet what it was asked. */
function promptsOf(items: readonly Item[]): readonly string[] {
  const messages = items.filter(({ type }) => type === 'userMessage')
  return messages.length === 0
    ? ['']
    : messages.map(({ content = [] }) => content.map(({ text = '' }) => text).join('\n'))
}
interface Listed {
  readonly data?: readonly { readonly id: string; readonly status: string; readonly items: readonly Item[] }[]
}

function create({ provider, folder, port }: ServerContext): AgentServer {
  const home = join(folder, 'home')
  const cwd = join(folder, 'work')
  const url = `ws://127.0.0.1:${port}`
  const child = createProcess({
    file: executable(),
    args: ['app-server', '--listen', url],
    cwd,
    env: { HOME: home, CODEX_HOME: home, MODEL_KEY: provider.key, RUST_LOG: 'error', NO_PROXY: '127.0.0.1' },
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok,
  })
  let answerQuestion: (() => void) | undefined
  type Call = (method: string, params: object) => Promise<RpcAnswer>
  let judge: Promise<Call> | undefined
  /** A connection of the harness's own; a new one where the last has closed. */
  function openJudge(): Promise<Call> {
    const socket = new WebSocket(url)
    const open = new Map<unknown, { resolve(answer: RpcAnswer): void; reject(error: Error): void }>()
    let ids = 0
    const closed = () => {
      judge = undefined
      socket.terminate()
      for (const { reject } of open.values()) reject(new Error('The server is gone.'))
    }
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as RpcAnswer & {
        readonly id?: number
        readonly method?: string
      }
      if (message.method === undefined) {
        open.get(message.id)?.resolve(message)
        open.delete(message.id)
      } else if (message.id !== undefined) {
        // A question. It is answered where a case says so.
        answerQuestion = () => socket.send(JSON.stringify({ id: message.id, result: { decision: 'accept' } }))
      }
    })
    const call: Call = (method, params) =>
      new Promise((resolve, reject) => {
        const id = ++ids
        open.set(id, { resolve, reject })
        setTimeout(() => open.has(id) && closed(), 20_000).unref()
        socket.send(JSON.stringify({ id, method, params }))
      })
    return new Promise((resolve, reject) => {
      socket.once('open', () => {
        void call('initialize', { clientInfo: { name: 'judge', title: null, version: '1' } }).catch(reject)
        socket.send(JSON.stringify({ method: 'initialized' }))
        resolve(call)
      })
      socket.on('error', reject)
      socket.on('close', closed)
      socket.on('close', () => reject(new Error('The server is gone.')))
    })
  }
  const ask = async <Result>(requests: (call: Call) => Promise<Result>): Promise<Result> => {
    judge ??= openJudge()
    return requests(await judge)
  }

  return {
    async start() {
      mkdirSync(home, { recursive: true })
      mkdirSync(cwd, { recursive: true })
      writeFileSync(join(home, 'config.toml'), configOf(provider))
      await child.start()
    },
    signal: child.signal,
    stop: child.stop,
    async createConversation(connection, { asks }) {
      const policy = asks ? { approvalPolicy: 'untrusted', sandbox: 'read-only' } : {}
      const { thread } = (await (connection as CodexConnection).request('thread/start', policy)) as {
        thread: { id: string }
      }
      return thread.id
    },
    deleteConversation: (threadId) =>
      ask(async (call) => {
        await call('thread/delete', { threadId })
      }),
    history: (threadId) =>
      ask(async (call) => {
        const read = await call('thread/read', { threadId })
        const listed = await call('thread/turns/list', { threadId, limit: 50, itemsView: 'full' })
        const { thread } = (read.result ?? {}) as { thread?: { status: { type: string } } }
        if (!thread) return { isBusy: false, turns: null }
        const turns = [...((listed.result as Listed | undefined)?.data ?? [])].reverse()
        return {
          isBusy: thread.status.type === 'active',
          turns: turns.flatMap(({ id, status, items }) =>
            promptsOf(items).map((prompt) => ({ turn: id, prompt, outcome: OUTCOMES[status] ?? 'open' })),
          ),
        }
      }),
    promptByOther: (threadId, text) =>
      ask(async (call) => {
        await call('thread/resume', { threadId, excludeTurns: true })
        const input = [{ type: 'text', text, text_elements: [] }]
        const { error } = await call('turn/start', { threadId, input })
        if (error) throw new Error(error.message)
      }),
    async answerByOther(threadId) {
      // Who joins a thread is told of its open questions.
      await ask((call) => call('thread/resume', { threadId, excludeTurns: true }))
      for (let tries = 0; tries < 100 && !answerQuestion; tries++) await sleep(50)
      if (!answerQuestion) throw new Error('The other client sees no question.')
      answerQuestion()
      answerQuestion = undefined
    },
    connect: ({ port: proxied, onEvent }) =>
      connectCodex({ url: `ws://127.0.0.1:${proxied}`, WebSocket: WebSocket as never, onEvent }),
  }
}

export const codex: ServerKind = {
  name: 'codex',
  version: () => {
    const manifest = readFileSync(require.resolve('@openai/codex/package.json'), 'utf8')
    return `Codex app-server ${(JSON.parse(manifest) as { version: string }).version}`
  },
  create,
  hasPage: true,
  providers: ['openai'],
  isStream: () => true,
  streams: 'shared',
  isLastWord(event) {
    const { method, params } = event as { method: string; params?: { item?: { type: string } } }
    return method === 'item/completed' && params?.item?.type === 'agentMessage'
  },
  yes: { decision: 'accept' },
  no: { decision: 'decline' },
  promptsWhileBusy: 'merge',
  tellsOfOthers: true,
  lacks: {},
  cannotTell: {},
}
