/** Prompts that meet other turns, other clients, or the end of a session. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Case } from './case'

/** The next prompt is sent between the last word of an answer and the end of its turn: at once, and a little later. */
const atTheEnd = (['queue', 'send'] as const).map((sendWhileBusy): Case => ({
  name: `a prompt between the last word and the end: ${sendWhileBusy}`,
  options: { sendWhileBusy },
  async run(lab) {
    const id = await lab.conversation()
    for (const [how, delay] of [
      ['normal', 0],
      ['normal', 2],
      ['normal', 10],
      ['lateend', 0],
      ['lateend', 200],
      ['lateend', 395],
    ] as const) {
      const said = lab.lastWord()
      lab.submit(id, how)
      await said
      if (delay > 0) await sleep(delay)
      lab.submit(id, 'normal')
      await lab.over(id)
    }
  },
}))

export const prompts: readonly Case[] = [
  {
    name: 'second prompt while busy: queue',
    options: { sendWhileBusy: 'queue' },
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      await lab.streaming(id)
      lab.submit(id, 'normal')
      await lab.over(id)
    },
  },
  {
    name: 'second prompt while busy: send',
    options: { sendWhileBusy: 'send' },
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      await lab.streaming(id)
      lab.submit(id, 'normal')
      await lab.over(id)
    },
  },
  {
    name: 'four turns, each right after the end of the last',
    async run(lab) {
      const id = await lab.conversation()
      for (let place = 0; place < 4; place++) {
        lab.submit(id, 'normal')
        await lab.over(id)
      }
    },
  },
  ...atTheEnd,
  {
    name: 'another client prompts while ours runs',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      await lab.streaming(id)
      await lab.server.promptByOther(id, 'say:normal')
      await lab.over(id)
    },
  },
  {
    name: 'ours while another client’s runs',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'normal')
      await lab.over(id)
      await lab.server.promptByOther(id, 'say:medium')
      if (lab.kind.tellsOfOthers) await lab.until(() => lab.isBusy(id), 'the other’s turn shows')
      else await sleep(500)
      lab.submit(id, 'normal')
      await lab.over(id)
    },
  },
  {
    name: 'the session is deleted in mid-turn by another client',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'slow')
      await lab.streaming(id)
      await lab.deleteConversation(id)
      // A server may go on with the turn of a session that is gone, and even try again what it cannot store any more.
      await lab.over(id, 25_000).catch(() => lab.stop(id))
      await lab.over(id, 60_000)
    },
  },
]
