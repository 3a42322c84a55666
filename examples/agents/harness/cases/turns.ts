/** Turns, what the model does in them, and stops. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '../lab'
import { must } from './case'
import type { Case } from './case'

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

export const turns: readonly Case[] = [
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
  { name: 'model stream is torn each time, stop where it goes on trying', run: oneOrStop('torn') },
  { name: 'model stream ends too early, stop where it goes on trying', run: oneOrStop('early') },
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
      await lab.accepted(lab.submit(id, 'medium'))
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
      const prompt = lab.submit(id, 'toolslow')
      await lab.until(() => (lab.turn(prompt)?.openTools.length ?? 0) > 0, 'the tool runs')
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
]
