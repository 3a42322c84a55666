/** A page that is one of several tabs. The test reads `window.member`, and says where the page stops. */
import { browserEngine } from 'redux-turnkeeper/tabs'
import type { Engine } from 'redux-turnkeeper/tabs'
import type { Persisted } from 'redux-turnkeeper'
import { createPorts } from '../../examples/redis/ports'
import { openAssistant } from './assistantTab'
import { createMemberStore, storedText } from './store'

declare global {
  interface Window {
    member: ReturnType<typeof createMemberStore>
    /** Where this page stops: the test is told, and the page waits there. */
    moment: 'being stored' | 'claimed' | 'leaving' | 'accepted' | 'never'
    reached: boolean
    goOn: () => void
    /** How many status checks have left from here. */
    checks: number
    stored: typeof storedText
    openAssistant: typeof openAssistant
    assistant: ReturnType<typeof openAssistant>
  }
}
window.moment = 'never'
window.reached = false
window.checks = 0
window.stored = storedText
window.openAssistant = openAssistant

const stopAt = async (at: Window['moment']): Promise<void> => {
  if (window.moment !== at) return
  window.moment = 'never'
  const going = new Promise<void>((resolve) => (window.goOn = resolve))
  window.reached = true
  await going
}

/** From now on a transaction that stores something goes on and on. */
function keepStoring(): void {
  const put = IDBObjectStore.prototype.put
  IDBObjectStore.prototype.put = function (value, key) {
    const request = put.call(this, value, key)
    const go = (): void => void (this.get('').onsuccess = go)
    go()
    window.reached = true
    IDBObjectStore.prototype.put = put
    return request
  }
}

/** The second message is about to leave. */
const isClaim = (value: unknown): boolean =>
  (value as Persisted).live?.some(({ begun, turnId }) => begun === false && turnId === 't2') ?? false

const browserOnly = browserEngine({ name: 'engines' })
const engine: Engine = () => {
  const link = browserOnly()
  return {
    ...link,
    async save(key, value, claim) {
      if (window.moment === 'being stored' && isClaim(value)) {
        window.moment = 'never'
        keepStoring()
      }
      const isHeld = await link.save(key, value, claim)
      if (isClaim(value)) await stopAt('claimed')
      return isHeld
    },
  }
}
const ports = createPorts('')
window.member = createMemberStore(engine, {
  ports: {
    ...ports,
    fetchStatus(ids, context) {
      window.checks += 1
      return ports.fetchStatus!(ids, context)
    },
    async sendTurn(request, context) {
      if (request.turnId === 't2') await stopAt('leaving')
      const result = await ports.sendTurn!(request, context)
      if (request.turnId === 't2') await stopAt('accepted')
      return result
    },
  },
})
