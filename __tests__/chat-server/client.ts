/** A chat server on loopback with a clock that the test moves, and what a test needs to talk to it. */
import { createManualClock } from 'redux-turnkeeper/testing'
import { request } from 'node:http'
import { createChatServer } from '../../examples/chat/server/http'
import type { Frame, FrameNames } from '../../examples/chat/server/protocol'

export async function createHarness(files?: Parameters<typeof createChatServer>[0] & object) {
  const clock = createManualClock(1_000_000)
  const server = createChatServer({ clock, ...files })
  const url = await server.listen(0)
  const leaving = new AbortController()

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: leaving.signal,
    })
    return { status: response.status, body: (await response.json()) as never }
  }
  const get = async (path: string) => {
    const response = await fetch(url + path, { signal: leaving.signal })
    return { status: response.status, body: (await response.json()) as never }
  }

  return {
    clock,
    server,
    url,
    post,
    get,
    fault: (id: string, on = true) => post('/faults', { id, on }),
    run: (
      threadId: string,
      runId: string,
      content = 'hello',
      more: object = {},
      headers?: Record<string, string>,
    ) =>
      post(
        '/run',
        {
          threadId,
          runId,
          messages: [{ id: runId, role: 'user', content }],
          tools: [],
          context: [],
          ...more,
        },
        headers,
      ),
    truth: (id: string) => server.agent.status([id])[id]!,
    /** Opens a stream; `until` reads on until a frame fits, and gives all frames up to it. */
    async listen(path = '/events', init: RequestInit = {}) {
      const response = await fetch(url + path, { ...init, signal: leaving.signal })
      return { status: response.status, ...frames(response) }
    },
    /** A request with headers that `fetch` would not send. */
    raw: (path: string, headers: Record<string, string>, method = 'GET') =>
      new Promise<number>((resolve, reject) => {
        const { port } = new URL(url)
        request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
          .on('error', reject)
          .end()
      }),
    async close() {
      leaving.abort()
      await server.close()
    },
  }
}
export type Harness = Awaited<ReturnType<typeof createHarness>>

function frames(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let unread = ''
  const next = async (): Promise<Frame | null> => {
    for (;;) {
      const end = unread.indexOf('\n\n')
      if (end >= 0) {
        const text = unread.slice(0, end)
        unread = unread.slice(end + 2)
        if (text.startsWith('data: ')) return JSON.parse(text.slice(6)) as Frame
        continue
      }
      const { value, done } = await reader.read()
      if (done) return null
      unread += value
    }
  }
  return {
    next,
    async until(fits: (frame: Frame) => boolean): Promise<Frame[]> {
      const seen: Frame[] = []
      for (;;) {
        const frame = await next()
        if (!frame) return seen
        seen.push(frame)
        if (fits(frame)) return seen
      }
    },
  }
}

export const ofType =
  (type: string, names: Partial<FrameNames> = {}) =>
  (frame: Frame): boolean =>
    (frame.type as string) === type &&
    Object.entries(names).every(([name, value]) => frame.metadata[name as keyof FrameNames] === value)

export const typesOf = (frames: readonly Frame[]): string[] => frames.map(({ type }) => type as string)
export const textOf = (frames: readonly Frame[]): string =>
  frames
    .filter(ofType('TEXT_MESSAGE_CONTENT'))
    .map(({ delta }) => delta as string)
    .join('')
