/** What the chat app needs to know of a protocol: its connection, how a conversation begins, and its questions in words. */
import type { Connection, Question } from 'redux-turnkeeper'
import { connectAgUi } from 'redux-turnkeeper/connections/agUi'
import { connectAiSdk } from 'redux-turnkeeper/connections/aiSdk'
import { connectCodex } from 'redux-turnkeeper/connections/codexAppServer'
import { connectOpenCode } from 'redux-turnkeeper/connections/openCode'
import { agUiPieces, aiSdkPieces, codexPieces, openCodePieces } from './pieces'
import { messagesOf, show } from './transcript'

export interface WordedQuestion {
  readonly message: string
  /** What the person can choose, and the answer that it stands for. None: a text. */
  readonly choices: Readonly<Record<string, unknown>>
}

export interface Agent {
  readonly connection: Connection<string>
  /** A stream of its own for each turn: then nothing tells that the page is connected. */
  readonly hasStreamPerTurn: boolean
  createConversation(): Promise<string>
  wordsOf(question: Question): WordedQuestion
}

/** Where the server is reached: a path of the page's own server, with a proxy behind it. */
const BASE = '/agent'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** A question of which nothing more is known than what was asked. */
const asText = ({ prompt, kind }: Question): WordedQuestion => ({
  message: prompt === undefined ? kind : `${kind}: ${textOf(prompt)}`,
  choices: {},
})

function codex(): Agent {
  const connection = connectCodex({
    url: `ws://${location.host}${BASE}`,
    onEvent: (event) => codexPieces(event).forEach(show),
  })
  return {
    connection,
    hasStreamPerTurn: false,
    async createConversation() {
      // Commands ask first, so that there are questions to see.
      const params = { approvalPolicy: 'untrusted', sandbox: 'read-only' }
      const { thread } = (await connection.request('thread/start', params)) as { thread: { id: string } }
      return thread.id
    },
    wordsOf(question) {
      const { command, reason } = (question.prompt ?? {}) as { command?: string; reason?: string }
      if (!question.kind.endsWith('/requestApproval')) return asText(question)
      return {
        message: command ? `May it run “${command}”?` : (reason ?? 'May it change files?'),
        choices: {
          Yes: { decision: 'accept' },
          'Yes, always': { decision: 'acceptForSession' },
          No: { decision: 'decline' },
        },
      }
    },
  }
}

function openCode(): Agent {
  return {
    connection: connectOpenCode({
      baseUrl: BASE,
      onEvent: (event) => openCodePieces(event).forEach(show),
      promptParams: () => ({ agent: 'asking' }),
    }),
    hasStreamPerTurn: false,
    async createConversation() {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${BASE}/session`, { method: 'POST', headers, body: '{}' })
      return ((await response.json()) as { id: string }).id
    },
    wordsOf(question) {
      const { permission, patterns, questions } = (question.prompt ?? {}) as {
        permission?: string
        patterns?: readonly string[]
        questions?: readonly { question: string; options: readonly { label: string }[] }[]
      }
      if (permission !== undefined)
        return {
          message: `May it use ${permission}? ${(patterns ?? []).join('; ')}`,
          choices: { Once: { reply: 'once' }, Always: { reply: 'always' }, No: { reply: 'reject' } },
        }
      const [first, ...more] = questions ?? []
      if (!first || more.length > 0) return asText(question)
      const choices = first.options.map(({ label }) => [label, { answers: [[label]] }])
      return { message: first.question, choices: Object.fromEntries(choices) as Record<string, unknown> }
    },
  }
}

/** A tool of the page's own: a call of it is a question. */
const pageTool = {
  name: 'exec_command',
  description: 'Asks the user to run a command, and to tell what came out',
  parameters: { type: 'object', properties: { cmd: { type: 'string' } } },
}
const wordsOfPageTool = ({ prompt }: Question): WordedQuestion => {
  const { input, args } = (prompt ?? {}) as { input?: unknown; args?: unknown }
  const given = textOf(input ?? args ?? '')
  return { message: `Please run a command, and tell what came out. ${given}`, choices: {} }
}
const newId = async (): Promise<string> => crypto.randomUUID()

function agUi(): Agent {
  return {
    connection: connectAgUi({
      url: `${BASE}/api`,
      agent: 'chat',
      onEvent: (event, origin) => agUiPieces(event, origin).forEach(show),
      // The agent keeps no history: the page sends what was said.
      createBody: (body, { conversationId, turnId, answers }) => {
        const calls = answers.map(({ requestId, prompt }) => ({
          id: requestId,
          type: 'function',
          function: { name: (prompt as { toolCallName: string }).toolCallName, arguments: '{}' },
        }))
        const asked = { id: `${turnId}-calls`, role: 'assistant', content: '', toolCalls: calls }
        const said = messagesOf(conversationId).map(({ id, role, text }) => ({ id, role, content: text }))
        const messages = calls.length > 0 ? [...said, asked, ...body.messages] : said
        return { messages, tools: [pageTool] }
      },
    }),
    hasStreamPerTurn: true,
    createConversation: newId,
    wordsOf: wordsOfPageTool,
  }
}

function aiSdk(): Agent {
  return {
    connection: connectAiSdk({
      api: `${BASE}/chat`,
      resume: true,
      stopUrl: (id) => `${BASE}/stop/${id}`,
      onEvent: (chunk, origin) => aiSdkPieces(chunk, origin).forEach(show),
      createBody: (_body, { turnId, answers }) => ({
        turnId,
        asks: true,
        outputs: answers.map(({ requestId, answer }) => ({ toolCallId: requestId, output: answer })),
      }),
    }),
    hasStreamPerTurn: true,
    createConversation: newId,
    wordsOf: wordsOfPageTool,
  }
}

const AGENTS: Readonly<Record<string, () => Agent>> = { codex, opencode: openCode, agui: agUi, aisdk: aiSdk }

/** Of the server that `npm run agents` was asked for. */
declare const AGENT_SERVER: string
export const agent: Agent = AGENTS[AGENT_SERVER]!()
