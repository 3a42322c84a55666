/** A recording: one JSON line to a message, `in` and `out` the wire, the rest what the one who recorded did and saw. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Whatever a line may carry, of the four protocols. Nothing is sure to be there. */
export interface Message {
  // Codex
  readonly conn?: string
  readonly id?: string | number
  readonly method?: string
  readonly params?: Params
  readonly result?: Readonly<Record<string, unknown>>
  readonly closed?: unknown
  // HTTP and its streams
  readonly http?: string
  readonly res?: string
  readonly sse?: string
  readonly stream?: string
  readonly sseOpen?: number
  readonly status?: unknown
  readonly body?: unknown
  readonly failed?: string
  readonly ev?: unknown
  readonly ended?: string
  // A client library's callbacks
  readonly cb?: string
  readonly event?: unknown
  readonly error?: unknown
  readonly httpAgent?: string
  readonly clientCase?: string
  readonly push?: readonly string[]
  readonly onFinish?: {
    readonly isAbort?: boolean
    readonly isError?: boolean
    readonly finishReason?: string
  }
  readonly onError?: string
  // Processes
  readonly spawned?: string
  readonly started?: string
  readonly exit?: unknown
}

export interface Params {
  readonly threadId?: string
  readonly turnId?: string
  readonly expectedTurnId?: string
  readonly input?: readonly { readonly text?: string }[]
}

export interface Line {
  /** 1 for the first. */
  readonly number: number
  /** ms since the recording began. */
  readonly t: number
  readonly dir: string
  readonly msg: Message
}

export type Protocol = 'codex' | 'opencode' | 'agui' | 'aisdk'

export interface Recording {
  readonly protocol: Protocol
  readonly lines: readonly Line[]
  /** Numbers of lines that are no JSON. */
  readonly unreadable: readonly number[]
}

export function readRecording(path: string): Recording {
  const lines: Line[] = []
  const unreadable: number[] = []
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((text, index) => {
      if (text.trim() === '') return
      try {
        const { t, dir, msg } = JSON.parse(text) as { t: number; dir: string; msg: unknown }
        lines.push({ number: index + 1, t, dir, msg: typeof msg === 'object' && msg !== null ? msg : {} })
      } catch {
        unreadable.push(index + 1)
      }
    })
  const named = /^(codex|opencode|agui|aisdk)-/.exec(basename(path))?.[1] as Protocol | undefined
  const protocol = protocolOf(lines) ?? named
  if (!protocol) throw new Error(`${path}: no line tells which protocol this is`)
  return { protocol, lines, unreadable }
}

/** By what is on the wire. */
function protocolOf(lines: readonly Line[]): Protocol | undefined {
  for (const { dir, msg } of lines) {
    if (dir !== 'in' && dir !== 'out' && dir !== 'client') continue
    if (msg.method !== undefined) return 'codex'
    if (msg.sse !== undefined || / \/(api\/)?session\b/.test(msg.http ?? '')) return 'opencode'
    if (msg.cb !== undefined || / \/agent\//.test(msg.http ?? '')) return 'agui'
    if (dir === 'client' || msg.http !== undefined) return 'aisdk'
    const type = (msg.ev as { type?: unknown } | undefined)?.type
    if (typeof type === 'string')
      return /^[A-Z_]+$/.test(type) ? 'agui' : type.includes('.') ? 'opencode' : 'aisdk'
  }
  return undefined
}
