/** What the panel of the chat app can do to the server and to the way there. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Site } from '../harness/lab'

const HELD = 10_000

export function createFaults({ proxy, server }: Site) {
  const acts: Readonly<Record<string, readonly [label: string, what: string, act: () => unknown]>> = {
    drop: ['Drop the stream', 'Its connections are closed.', () => proxy.drop('stream')],
    refuse: [
      'Cut the server off',
      'No connection comes through for 10 seconds.',
      () => {
        proxy.refuse()
        setTimeout(() => proxy.pass(), HELD)
      },
    ],
    freeze: [
      'Freeze the stream',
      'Its connection stays open, and nothing comes through any more. New ones work after 10 seconds.',
      () => {
        proxy.freeze('stream')
        setTimeout(() => proxy.pass(), HELD)
      },
    ],
    stop: [
      'Halt the server',
      'Its process stands still for 10 seconds.',
      async () => {
        await server.signal('SIGSTOP')
        await sleep(HELD)
        await server.signal('SIGCONT')
      },
    ],
    kill: [
      'Kill the server',
      'Its process is killed, and started again.',
      async () => {
        await server.signal('SIGKILL')
        await server.start()
      },
    ],
  }
  return {
    list: Object.entries(acts).map(([id, [label, what]]) => ({ id, label, what, when: 'now', armed: false })),
    act(id: string): void {
      void Promise.resolve(acts[id]?.[2]()).catch((error: unknown) => console.error(error))
    },
  }
}
