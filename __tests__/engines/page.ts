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
    moment: 'claimed' | 'leaving' | 'accepted' | 'never'
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

const browserOnly = browserEngine({ name: 'engines' })
const engine: Engine = () => {
  const link = browserOnly()
  return {
    ...link,
    async save(key, value, claim) {
      const isHeld = await link.save(key, value, claim)
      const isClaim = (value as Persisted).live?.some(
        ({ begun, turnId }) => begun === false && turnId === 't2',
      )
      if (isClaim) await stopAt('claimed')
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
