/** How a process reaches the agent's server: `POST /send`, `POST /stop`, `GET /status`. */
import type { Ports, SendResult, StatusAnswer, StopResult } from 'redux-turnkeeper'

async function request<Answer>(url: string, signal: AbortSignal, body?: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : {}
  const response = await fetch(url, { ...init, signal })
  if (!response.ok) throw new Error(`The agent's server answered ${response.status}.`)
  return (await response.json()) as Answer
}

export const createPorts = (agent: string): Ports<string> => ({
  // The server runs a `turnId` once, and refuses a `fence` that is lower than one it has seen for the conversation.
  sendTurn: ({ conversationId, turnId, input, fence }, { signal }) =>
    request<SendResult>(`${agent}/send`, signal, { conversationId, turnId, input, fence }),
  stopTurn: ({ conversationId, turnId }, { signal }) =>
    request<StopResult>(`${agent}/stop`, signal, { conversationId, turnId }),
  fetchStatus: (conversationIds, { signal }) =>
    request<Record<string, StatusAnswer>>(
      `${agent}/status?ids=${conversationIds.map(encodeURIComponent).join(',')}`,
      signal,
    ),
})
