/** What happens to the server’s process. */
import { setTimeout as sleep } from 'node:timers/promises'
import { must } from './case'
import type { Case } from './case'

/** The server's process ends, at each moment of a turn, and is there again soon or late. */
const killed = (['SIGKILL', 'SIGTERM'] as const).flatMap((signal) =>
  ([300, 45_000] as const).flatMap((downMs): readonly Case[] => {
    const back = downMs < 1_000 ? 'restart' : 'down for 45 s'
    const limit = downMs < 1_000 ? 60_000 : 90_000
    return [
      {
        name: `${signal} in mid-stream, ${back}`,
        async run(lab) {
          const id = await lab.conversation()
          lab.submit(id, 'slow')
          await lab.streaming(id)
          await lab.restart(signal, downMs)
          await lab.over(id)
        },
      },
      {
        name: `${signal} at the ack, ${back}`,
        async run(lab) {
          const id = await lab.conversation()
          await lab.written(lab.submit(id, 'normal'))
          await lab.over(id)
          await lab.accepted(lab.submit(id, 'slow'))
          await lab.restart(signal, downMs)
          await lab.over(id, limit)
        },
      },
      {
        name: `${signal} before the ack, ${back}`,
        async run(lab) {
          const id = await lab.conversation()
          await lab.written(lab.submit(id, 'normal'))
          await lab.over(id)
          lab.submit(id, 'slow')
          await lab.restart(signal, downMs)
          await lab.over(id, limit)
        },
      },
    ]
  }),
)

export const processes: readonly Case[] = [
  ...killed,
  {
    name: 'SIGSTOP in mid-stream for 20 s',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      await lab.streaming(id)
      await lab.server.signal('SIGSTOP')
      await sleep(20_000)
      must(lab.isBusy(id), 'A turn of a server that stands still was given up.')
      await lab.server.signal('SIGCONT')
      await lab.over(id)
    },
  },
]
