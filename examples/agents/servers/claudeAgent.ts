/**
 * Claude Code through the Claude Agent SDK: a process of its own for each turn, in the place where the store is. Its history is
 * the file of the session that it writes.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { getSessionMessages, query } from '@anthropic-ai/claude-agent-sdk'
import type { Options } from '@anthropic-ai/claude-agent-sdk'
import { connectClaudeAgent } from 'redux-turnkeeper/connections/claudeAgent'
import type { AgentServer, ServerContext, ServerKind, ServerTurn } from '../harness/server'
import { versionOf } from './requestServer'

interface Line {
  readonly type: string
  readonly uuid?: string
  readonly isMeta?: boolean
  readonly isApiErrorMessage?: boolean
  readonly message?: {
    readonly content?: string | readonly { readonly type: string; readonly text?: string }[]
    readonly stop_reason?: string | null
  }
}

const textOf = ({ message }: Line): string => {
  const content = message?.content ?? ''
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('\n')
}
const INTERRUPTED = /^\[Request interrupted by user/

/** What the lines of a session's file say of its turns. */
function turnsIn(lines: readonly Line[]): readonly ServerTurn[] {
  const turns: ServerTurn[] = []
  const tell = (outcome: ServerTurn['outcome']) => {
    const last = turns.pop()
    if (last) turns.push({ ...last, outcome })
  }
  for (const line of lines) {
    const text = textOf(line)
    if (line.type === 'user' && INTERRUPTED.test(text)) tell('cancelled')
    else if (line.type === 'user' && !line.isMeta && /say:/.test(text))
      turns.push({ turn: line.uuid ?? '', prompt: text, outcome: 'never' })
    else if (line.type === 'assistant' && line.isApiErrorMessage) tell('error')
    else if (line.type === 'assistant') tell(line.message?.stop_reason === 'end_turn' ? 'complete' : 'open')
  }
  return turns
}

function create({ provider, folder }: ServerContext): AgentServer {
  const home = join(folder, 'home')
  const cwd = join(folder, 'work')
  const config = join(home, 'claude')
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    CLAUDE_CONFIG_DIR: config,
    ANTHROPIC_BASE_URL: provider.baseUrl.replace(/\/v1$/, ''),
    ANTHROPIC_API_KEY: provider.key,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }
  const asking = new Set<string>()
  /** Processes, by conversation. */
  const processes = new Map<ChildProcess, string>()
  const optionsFor = (conversationId: string): Options => ({
    cwd,
    env,
    settingSources: [],
    tools: ['Bash'],
    includePartialMessages: true,
    ...(provider.name !== 'fake' && { model: provider.model }),
    settings: { permissions: asking.has(conversationId) ? { ask: ['Bash'] } : { allow: ['Bash'] } },
    spawnClaudeCodeProcess({ command, args, signal, ...rest }) {
      const child = spawn(command, args, { ...rest, signal, stdio: ['pipe', 'pipe', 'ignore'] })
      processes.set(child, conversationId)
      child.on('exit', () => processes.delete(child))
      child.on('error', () => undefined)
      return child
    },
  })
  const lacking = () => Promise.reject(new Error('Each query has a process of its own.'))
  return {
    async start() {
      mkdirSync(config, { recursive: true })
      mkdirSync(cwd, { recursive: true })
    },
    async signal(name) {
      for (const child of processes.keys()) child.kill(name)
      const isEnd = name === 'SIGKILL' || name === 'SIGTERM'
      for (const until = Date.now() + 5_000; isEnd && processes.size > 0 && Date.now() < until;)
        await sleep(20)
    },
    async stop() {
      for (const child of processes.keys()) child.kill('SIGKILL')
    },
    createConversation: async (_connection, { asks }) => {
      const id = crypto.randomUUID()
      if (asks) asking.add(id)
      return id
    },
    deleteConversation: lacking,
    promptByOther: lacking,
    async history(id) {
      const projects = join(config, 'projects')
      const files = existsSync(projects)
        ? readdirSync(projects).map((project) => join(projects, project, `${id}.jsonl`))
        : []
      const file = files.find((path) => existsSync(path))
      const lines = file ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
      return {
        isBusy: [...processes.values()].includes(id),
        turns: file ? turnsIn(lines.map((line) => JSON.parse(line) as Line)) : null,
      }
    },
    connect: ({ onEvent }) =>
      connectClaudeAgent({
        query: ({ prompt, options }, conversationId) =>
          query({ prompt, options: { ...optionsFor(conversationId), ...options } }),
        getSessionMessages(conversationId) {
          process.env['CLAUDE_CONFIG_DIR'] = config
          return getSessionMessages(conversationId)
        },
        onEvent,
      }),
  }
}

const NO_STREAM = 'There is no stream: each query reads the process that it has started.'
const NO_DOWN = 'There is no server that could be down: each query starts a process of its own.'
const NO_RELOAD = 'A question is asked by a process of the page’s own, which ends with the page.'
const ALONE = 'Each query has a process of its own: they know nothing of each other.'

const lacking = (why: string, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, why]))

export const claudeAgent: ServerKind = {
  name: 'claude-agent',
  version: () => `Claude Agent SDK ${versionOf('@anthropic-ai/claude-agent-sdk')}`,
  create,
  hasPage: false,
  providers: ['anthropic'],
  isStream: () => false,
  streams: 'per turn',
  isLastWord: (event) => (event as { type?: string }).type === 'assistant',
  yes: { behavior: 'allow' },
  no: { behavior: 'deny', message: 'The user said no.' },
  promptsWhileBusy: 'refuse',
  diesWithConnection: true,
  tellsOfOthers: false,
  lacks: {
    ...lacking(
      NO_DOWN,
      ['SIGKILL', 'SIGTERM'].flatMap((signal) =>
        ['in mid-stream', 'at the ack', 'before the ack'].map((when) => `${signal} ${when}, down for 45 s`),
      ),
    ),
    ...lacking(NO_STREAM, [
      'stream dropped in mid-turn',
      'stream down, and the end in the gap',
      'stream half-open, and the end in it',
      'a prompt while the stream is down',
      'two conversations, the stream dropped under both',
      'two conversations, the stream dropped under one',
    ]),
    ...lacking(NO_RELOAD, ['a question over a reload, answered']),
    ...lacking(ALONE, [
      'another client prompts while ours runs',
      'ours while another client’s runs',
      'the session is deleted in mid-turn by another client',
      'a question is answered by another client',
    ]),
  },
  cannotTell: {
    'reload in mid-turn, and the end in the gap':
      'The process of the page that has gone may write down that it was stopped after the next page has asked: then the outcome is unknown, inferred.',
    'empty answer':
      'An answer without a text is not in the file of the session: whether it came is told by the query alone.',
  },
}
