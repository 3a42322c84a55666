/**
 * All that ties the web app to this example's own server, beside `api.ts` and `stream.ts`. `examples/agents` puts modules of
 * its own in the place of these three, and the same app runs on a real agent server.
 */
import { nanoid } from '@reduxjs/toolkit'
import type { Interrupt } from '@ag-ui/core'
import type { Question, TurnkeeperOptions } from 'redux-turnkeeper'
import { createPorts } from './api'

export const backend = {
  ports: createPorts(),
  // The agent is on this machine: it answers at once or not at all. Over a real network the defaults are better.
  ackTimeout: 6_000,
  stallTimeout: 8_000,
  recheckInterval: 3_000,
  registrationWindow: 6_000,
  // The port has a timeout of its own. Only a message that was written offline waits for longer, and it may.
  sendTimeout: 24 * 3_600_000,
} satisfies TurnkeeperOptions<string>

/** The id of a new conversation. */
export const newConversationId = async (): Promise<string> => `c-${nanoid(8)}`

/** What an empty conversation says. */
export const HINT: string =
  'The agent takes about ten seconds for an answer. Write “book” and it asks a question, “trip” and it asks two, “password” and it asks for a secret; “research” starts helpers, and “later” a wake-up. “long” and “quick” change how long it takes. Then turn on a fault, and watch what the page says.'

/** The question in the words of the agent: AG-UI's interrupt. */
export const interruptOf = ({ prompt }: Question): Partial<Interrupt> =>
  typeof prompt === 'object' && prompt !== null ? prompt : {}
