/** What the harness needs of an agent server. One file in `servers/` for each. */
import type { Connection } from 'redux-turnkeeper'
import type { Provider } from './provider'

/** A prompt, as the server's own history has it. */
export interface ServerTurn {
  /** The text of the prompt; empty where the server has the turn, and not what it was asked. */
  readonly prompt: string
  /**
   * `open`: the history does not say that it is over. `never`: the prompt is there, and nothing answers it.
   */
  readonly outcome: 'complete' | 'cancelled' | 'interrupted' | 'error' | 'open' | 'never'
  /** The server's id of it, the same for all prompts of one turn. */
  readonly turn: string
}

export interface ServerHistory {
  /** Whether the server works in this conversation now. */
  readonly isBusy: boolean
  /** `null`: the conversation is not there. */
  readonly turns: readonly ServerTurn[] | null
}

export interface ServerContext {
  readonly provider: Provider
  /** A folder of the case's own, for the server's files. */
  readonly folder: string
  readonly port: number
}

export interface ConnectContext {
  /** Of the proxy in the connection's path. */
  readonly port: number
  /** Called with every event, as it came. */
  readonly onEvent: (event: unknown) => void
}

/** A server of one case. */
export interface AgentServer {
  /** Resolves when it answers. Called again after `signal('SIGKILL')`. */
  start(): Promise<void>
  /** Sends a signal to its process; resolves when that is gone, where the signal ends it. */
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
  stop(): Promise<void>
  /** A conversation; `asks`: tools ask a person first. */
  createConversation(connection: LiveConnection, options: { readonly asks: boolean }): Promise<string>
  deleteConversation(conversationId: string): Promise<void>
  /** What the server says itself, asked over a connection of the harness's own. */
  history(conversationId: string): Promise<ServerHistory>
  /** Another client sends a prompt. */
  promptByOther(conversationId: string, text: string): Promise<void>
  /** Another client answers the question that is open, with yes. */
  answerByOther?(conversationId: string): Promise<void>
  /** The connection of the package, as a user would make it. */
  connect(context: ConnectContext): LiveConnection
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type LiveConnection = Connection<any>

export interface ServerKind {
  readonly name: string
  /** Name and version of what is started. */
  version(): string
  create(context: ServerContext): AgentServer
  /** Whether `npm run agents` opens the chat app on it. */
  readonly hasPage: boolean
  /** The real providers that it can be run with. */
  readonly providers: readonly Provider['name'][]
  /** Whether a TCP connection carries the event stream, by what the client sends first. */
  isStream(text: string): boolean
  /** One stream for all conversations of a page, or one for each turn. */
  readonly streams: 'shared' | 'per turn'
  /** Whether this event comes between the last word of an answer and the end of its turn. */
  isLastWord(event: unknown): boolean
  /** The answers that say yes and no to a question. */
  readonly yes: unknown
  readonly no: unknown
  /** Whether several prompts that are sent at once make one turn, or wait at the server. */
  readonly promptsWhileBusy: 'merge' | 'queue' | 'refuse'
  /** Whether a connection has a process of its own, which ends with it. */
  readonly diesWithConnection?: boolean
  /** Whether a turn of another client shows without a status check. */
  readonly tellsOfOthers: boolean
  /** Cases that there are not here, and why. They do not count. */
  readonly lacks: Readonly<Record<string, string>>
  /** Cases whose outcome this wire cannot tell, and why. */
  readonly cannotTell: Readonly<Record<string, string>>
}
