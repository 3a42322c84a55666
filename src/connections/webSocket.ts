/** Messages over a WebSocket, one JSON text each. */
import { parseJson } from './http'
import type { OpenTransport } from './jsonRpc'

/** `WebSocket`, as far as it is used. */
export interface WebSocketLike {
  /** As of `WebSocket`. */
  onopen: ((event: never) => unknown) | null
  /** As of `WebSocket`. */
  onclose: ((event: never) => unknown) | null
  /** As of `WebSocket`. */
  onerror: ((event: never) => unknown) | null
  /** As of `WebSocket`. */
  onmessage: ((event: never) => unknown) | null
  /** As of `WebSocket`. */
  send(text: string): void
  /** As of `WebSocket`. */
  close(): void
}
/** A constructor of such sockets: `WebSocket` itself, or that of a package. */
export type WebSocketConstructor = new (url: string) => WebSocketLike

/**
 * A transport over a WebSocket.
 *
 * @param WebSocket Default: the global one.
 */
export const openWebSocket =
  (url: string, WebSocket?: WebSocketConstructor): OpenTransport =>
  (on) =>
    new Promise((resolve, reject) => {
      const socket = new (WebSocket ?? (globalThis.WebSocket as unknown as WebSocketConstructor))(url)
      let isOpen = false
      const transport = {
        send: (message: object) => socket.send(JSON.stringify(message)),
        close() {
          // The closing handshake of a connection that is dead takes its time: it is not waited for.
          socket.onopen = socket.onclose = socket.onmessage = null
          socket.onerror = () => undefined
          socket.close()
        },
      }
      const ended = () => {
        transport.close()
        if (isOpen) on.close()
        else reject(new Error(`The WebSocket ${url} could not be opened.`))
      }
      socket.onopen = () => {
        isOpen = true
        resolve(transport)
      }
      socket.onclose = ended
      socket.onerror = ended
      socket.onmessage = ({ data }: { readonly data: unknown }) =>
        on.message(typeof data === 'string' ? parseJson(data) : undefined)
    })
