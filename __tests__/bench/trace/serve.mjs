/** What runs in the process of a contender: checks it once, then measures when it is told to. */
import { check } from './check.mjs'
import { measure } from './measure.mjs'

export function serve(create) {
  process.on('message', async (request) => {
    try {
      if (request.check) await check(create)
      globalThis.gc?.()
      process.send({ result: request.check ? 'checked' : await measure(create, request) })
    } catch (error) {
      process.send({ error: error.stack })
    }
  })
}
