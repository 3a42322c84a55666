/** OpenCode as an agent over ACP. What it has written down is read through a server of OpenCode's on the same folder. */
import { fileURLToPath } from 'node:url'
import { connectAcp } from 'redux-turnkeeper/connections/acp'
import type { AcpConnection } from 'redux-turnkeeper/connections/acp'
import WebSocket from 'ws'
import { createProcess, freePort } from '../harness/process'
import type { AgentServer, ServerContext, ServerKind } from '../harness/server'
import { openCode, openCodeFolder } from './openCode'

function create(context: ServerContext): AgentServer {
  const { folder, port, provider } = context
  const { command, cwd } = openCodeFolder(provider, folder)
  const bridge = createProcess({
    file: process.execPath,
    args: [
      '--import',
      'tsx',
      fileURLToPath(new URL('acpProcess.ts', import.meta.url)),
      String(port),
      JSON.stringify({ ...command, args: ['acp', '--cwd', cwd, '--pure'] }),
    ],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {},
    isReady: async () => (await fetch(`http://127.0.0.1:${port}`)).status === 426,
  })
  let records: AgentServer | undefined
  const lacking = () => Promise.reject(new Error('Two processes of the agent know nothing of each other.'))
  return {
    async start() {
      if (!records) {
        records = openCode.create({ ...context, port: await freePort() })
        await records.start()
      }
      await bridge.start()
    },
    signal: bridge.signal,
    async stop() {
      await bridge.stop()
      await records?.stop()
    },
    async createConversation(connection, { asks }) {
      const agent = connection as AcpConnection
      const { sessionId } = (await agent.request('session/new', { cwd, mcpServers: [] })) as {
        sessionId: string
      }
      if (asks) await agent.request('session/set_mode', { sessionId, modeId: 'asking' })
      return sessionId
    },
    deleteConversation: lacking,
    promptByOther: lacking,
    async history(id) {
      const { turns = null } = (await records?.history(id)) ?? {}
      // The processes' own work is not in the folder: a turn that is over there has to be over here.
      return { isBusy: false, turns }
    },
    connect: ({ port: proxied, onEvent }) =>
      connectAcp({
        url: `ws://127.0.0.1:${proxied}`,
        WebSocket: WebSocket as never,
        sessionParams: () => ({ cwd, mcpServers: [] }),
        onEvent,
      }),
  }
}

const STOPPED_WAIT =
  'Stopped while it waits to ask the model again, OpenCode answers the prompt with `stopReason: end_turn`, as where a turn is over before the stop arrives; ACP asks for `cancelled`.'

const REFUSED =
  'After a no OpenCode breaks the turn off in its history, and answers the prompt with `stopReason: end_turn`: told as complete.'

const ALONE = 'Each connection has a process of its own: they know nothing of each other.'

export const acp: ServerKind = {
  name: 'acp',
  version: () => `${openCode.version()} over ACP`,
  create,
  hasPage: false,
  providers: [],
  isStream: () => true,
  streams: 'shared',
  isLastWord(event) {
    const { params } = event as { params?: { update?: { sessionUpdate?: string } } }
    return params?.update?.sessionUpdate === 'usage_update'
  },
  yes: 'once',
  no: 'reject',
  promptsWhileBusy: 'queue',
  diesWithConnection: true,
  tellsOfOthers: false,
  lacks: {
    'another client prompts while ours runs': ALONE,
    'ours while another client’s runs': ALONE,
    'a question is answered by another client': ALONE,
    'the session is deleted in mid-turn by another client': ALONE,
  },
  cannotTell: {
    'model answers 429, stop where it goes on trying': STOPPED_WAIT,
    'model answers 500, stop where it goes on trying': STOPPED_WAIT,
    'model stream is torn each time, stop where it goes on trying': STOPPED_WAIT,
    'a question is answered with no': REFUSED,
    'stream half-open, and the end in it':
      'There is no status to ask for: silence is only shown (`selectIsStalled`), and a stop does not arrive. The turn ends when the connection closes.',
  },
}
