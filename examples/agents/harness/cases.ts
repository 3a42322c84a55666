/** What happens to a server and its client. Each case comes to rest by itself; the judge does the rest. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { TurnkeeperOptions } from 'redux-turnkeeper'
import type { Lab } from './lab'

export interface Case {
  readonly name: string
  readonly options?: Pick<TurnkeeperOptions<string>, 'sendWhileBusy' | 'queuePolicy'>
  run(lab: Lab): Promise<void>
}

const must = (isSo: boolean, what: string): void => {
  if (!isSo) throw new Error(what)
}

/** One prompt, seen to its end. */
const one =
  (how: string, limit?: number) =>
  async (lab: Lab): Promise<void> => {
    const id = await lab.conversation()
    lab.submit(id, how)
    await lab.over(id, limit)
  }

/** The same, where a server may go on trying: then the user stops it. */
const oneOrStop =
  (how: string) =>
  async (lab: Lab): Promise<void> => {
    const id = await lab.conversation()
    lab.submit(id, how)
    await lab.over(id, 15_000).catch(() => lab.stop(id))
    await lab.over(id)
  }

export const cases: readonly Case[] = [
  { name: 'normal', run: one('normal') },
  {
    name: 'two turns, one after the other',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'normal')
      await lab.over(id)
      lab.submit(id, 'normal')
      await lab.over(id)
    },
  },
  { name: 'empty answer', run: one('empty') },
  { name: 'a tool runs', run: one('tool') },
  { name: 'model answers 400', run: one('err400') },
  { name: 'model answers 429, stop where it goes on trying', run: oneOrStop('err429') },
  { name: 'model answers 500, stop where it goes on trying', run: oneOrStop('err500') },
  { name: 'model answers 500 once', run: one('err500once', 60_000) },
  { name: 'model stream is torn once', run: one('tornonce', 60_000) },
  {
    name: 'model hangs, stop',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'hang')
      await lab.streaming(id)
      await sleep(12_000)
      must(lab.isBusy(id), 'A turn that hangs was given up.')
      lab.stop(id)
      await lab.over(id)
    },
  },
  {
    name: 'stop in the tick of submit',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      lab.stop(id)
      await lab.over(id)
    },
  },
  {
    name: 'stop in the tick of the ack',
    async run(lab) {
      const id = await lab.conversation()
      const { turnId } = lab.submit(id, 'medium')
      await lab.until(() => lab.turn(turnId)?.sendState === 'accepted', 'the ack')
      lab.stop(id)
      await lab.over(id)
    },
  },
  {
    name: 'stop in mid-stream',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'slow')
      await lab.streaming(id)
      lab.stop(id)
      await lab.over(id)
    },
  },
  {
    name: 'stop in a tool',
    async run(lab) {
      const id = await lab.conversation()
      const { turnId } = lab.submit(id, 'toolslow')
      await lab.until(() => (lab.turn(turnId)?.openTools.length ?? 0) > 0, 'the tool runs')
      await sleep(500)
      lab.stop(id)
      await lab.over(id)
    },
  },
  {
    name: 'stop, and the next prompt at once',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'slow')
      await lab.streaming(id)
      lab.stop(id)
      lab.submit(id, 'normal')
      await lab.over(id)
    },
  },
  {
    name: 'SIGKILL in mid-stream, restart',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'slow')
      await lab.streaming(id)
      await lab.restart('SIGKILL')
      await lab.over(id)
    },
  },
  {
    name: 'SIGTERM in mid-stream, restart',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'slow')
      await lab.streaming(id)
      await lab.restart('SIGTERM')
      await lab.over(id)
    },
  },
  {
    name: 'SIGKILL at the ack, restart',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'normal')
      await lab.over(id)
      const { turnId } = lab.submit(id, 'slow')
      await lab.until(() => lab.turn(turnId)?.sendState === 'accepted', 'the ack')
      await lab.restart('SIGKILL')
      await lab.over(id, 60_000)
    },
  },
  {
    name: 'SIGKILL before the ack, restart',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'normal')
      await lab.over(id)
      lab.submit(id, 'slow')
      await lab.restart('SIGKILL')
      await lab.over(id, 60_000)
    },
  },
  {
    name: 'SIGKILL in mid-stream, down for 45 s',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'slow')
      await lab.streaming(id)
      await lab.restart('SIGKILL', 45_000)
      await lab.over(id)
    },
  },
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
  {
    name: 'stream dropped in mid-turn',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      await lab.streaming(id)
      lab.proxy.drop('stream')
      await lab.over(id)
    },
  },
  {
    name: 'stream down, and the end in the gap',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      await lab.streaming(id)
      lab.proxy.refuse('stream')
      await sleep(6_000)
      lab.proxy.pass()
      await lab.over(id)
    },
  },
  {
    name: 'stream half-open, and the end in it',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      await lab.streaming(id)
      lab.proxy.freeze('stream')
      await sleep(4_000)
      lab.proxy.pass()
      await lab.over(id, 45_000)
    },
  },
  {
    name: 'a prompt while the stream is down',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'normal')
      await lab.over(id)
      lab.proxy.refuse('stream')
      await sleep(500)
      lab.submit(id, 'normal')
      await sleep(4_000)
      lab.proxy.pass()
      await lab.over(id)
    },
  },
  {
    name: 'two conversations, the stream dropped under both',
    async run(lab) {
      const first = await lab.conversation()
      const second = await lab.conversation()
      lab.submit(first, 'medium')
      lab.submit(second, 'slow')
      await lab.streaming(first)
      await lab.streaming(second)
      lab.proxy.drop('stream')
      await lab.over(first)
      lab.stop(second)
      await lab.over(second)
    },
  },
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
    name: 'a prompt at the very end of a turn',
    async run(lab) {
      const id = await lab.conversation()
      for (let place = 0; place < 4; place++) {
        lab.submit(id, 'normal')
        await lab.over(id)
      }
    },
  },
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
      await lab.until(() => lab.isBusy(id), 'the other’s turn shows')
      lab.submit(id, 'normal')
      await lab.over(id)
    },
  },
  {
    name: 'a question is answered',
    async run(lab) {
      const id = await lab.conversation({ asks: true })
      lab.submit(id, 'tool')
      lab.answer(id, await lab.asked(id), lab.kind.yes)
      await lab.over(id)
    },
  },
  {
    name: 'a question waits for 25 s, then stop',
    async run(lab) {
      const id = await lab.conversation({ asks: true })
      lab.submit(id, 'tool')
      await lab.asked(id)
      await sleep(25_000)
      must(lab.phase(id) === 'awaiting_input', `The wait for a person shows as ${lab.phase(id)}.`)
      lab.stop(id)
      await lab.over(id)
    },
  },
  {
    name: 'a question over a reload, answered',
    async run(lab) {
      const id = await lab.conversation({ asks: true })
      lab.submit(id, 'tool')
      await lab.asked(id)
      lab.reload()
      await sleep(2_000)
      must(lab.questions(id).length === 1, `${lab.questions(id).length} questions show after the reload.`)
      lab.answer(id, await lab.asked(id), lab.kind.yes)
      await lab.over(id)
    },
  },
  {
    name: 'reload in mid-turn with a queue',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      await lab.streaming(id)
      lab.submit(id, 'normal')
      lab.reload()
      await lab.over(id)
    },
  },
  {
    name: 'reload in mid-turn, and the end in the gap',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'medium')
      await lab.streaming(id)
      lab.proxy.refuse()
      lab.reload()
      await sleep(5_000)
      lab.proxy.pass()
      await lab.over(id)
    },
  },
  {
    name: 'the session is deleted in mid-turn by another client',
    async run(lab) {
      const id = await lab.conversation()
      lab.submit(id, 'slow')
      await lab.streaming(id)
      await lab.server.deleteConversation(id)
      // A server may go on with the turn of a session that is gone.
      await lab.over(id, 60_000)
    },
  },
]
