/** The wire alone: the body is read, its events are parsed, and nothing is kept but the text. */
import { createFetch, eventsOf } from '../wire.mjs'

const fetch = createFetch('aiSdk')
export default {
  open(_id, update) {
    let isBusy = false
    let answer = ''
    return {
      isBusy: () => isBusy,
      answer: () => answer,
      async turn(prompt) {
        ;[isBusy, answer] = [true, '']
        const response = await fetch('/api', { body: JSON.stringify({ prompt }) })
        for await (const event of eventsOf(response)) {
          if (event.type !== 'text-delta') continue
          answer += event.delta
          update()
        }
        isBusy = false
      },
    }
  },
}
