/** What happens to the stream, and to the page. */
import { setTimeout as sleep } from 'node:timers/promises'
import { must } from './case'
import type { Case } from './case'

export const streams: readonly Case[] = [
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
    name: 'two conversations, the stream dropped under one',
    async run(lab) {
      const first = await lab.conversation()
      // Where all conversations of a page have one stream, the other one is open on another page.
      const second = await lab.conversation({ onOwnPage: lab.kind.streams === 'shared' })
      lab.submit(first, 'medium')
      const other = lab.submit(second, 'medium')
      await lab.streaming(first)
      await lab.streaming(second)
      lab.dropStreamOf(first)
      await lab.over(second)
      must(lab.recordOf(other)?.grade === 'witnessed', 'The stream of the other conversation was disturbed.')
      await lab.over(first)
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
]
