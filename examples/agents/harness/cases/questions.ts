/** Questions: answered, abandoned, and over a reload. */
import { setTimeout as sleep } from 'node:timers/promises'
import { must } from './case'
import type { Case } from './case'

export const questions: readonly Case[] = [
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
    name: 'a question is answered with no',
    async run(lab) {
      const id = await lab.conversation({ asks: true })
      lab.submit(id, 'tool')
      lab.answer(id, await lab.asked(id), lab.kind.no)
      await lab.over(id)
    },
  },
  {
    name: 'a question is answered by another client',
    async run(lab) {
      const id = await lab.conversation({ asks: true })
      lab.submit(id, 'tool')
      await lab.asked(id)
      await lab.server.answerByOther?.(id)
      await lab.until(() => lab.questions(id).length === 0, 'the question closes')
      await lab.over(id)
    },
  },
  {
    name: 'a question is abandoned: nobody answers for 25 s, then stop',
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
    name: 'a question is abandoned: the next prompt waits, then stop',
    async run(lab) {
      const id = await lab.conversation({ asks: true })
      lab.submit(id, 'tool')
      await lab.asked(id)
      const next = lab.submit(id, 'normal')
      await sleep(3_000)
      must(lab.recordOf(next) === undefined, 'The next prompt did not wait for the answer.')
      lab.stop(id)
      await lab.over(id)
    },
  },
  {
    name: 'a question is abandoned over a reload, then stop',
    async run(lab) {
      const id = await lab.conversation({ asks: true })
      lab.submit(id, 'tool')
      await lab.asked(id)
      lab.reload()
      await lab.asked(id)
      lab.stop(id)
      await lab.over(id)
    },
  },
  {
    name: 'a question is abandoned by its server: SIGKILL, restart, stop where it still asks',
    async run(lab) {
      const id = await lab.conversation({ asks: true })
      lab.submit(id, 'tool')
      await lab.asked(id)
      await lab.restart('SIGKILL')
      await lab.over(id, 15_000).catch(() => lab.stop(id))
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
]
