/** A tab beside a shared worker. It joins when the test says so. */
import { browserEngine } from 'redux-turnkeeper/tabs'
import { createPorts } from '../../examples/redis/ports'
import { createMemberStore, storedText } from './store'
import type { Seen } from './store'

const { port } = new SharedWorker('/worker.js')

Object.assign(window, {
  ofWorker: () =>
    new Promise<Seen>((resolve) => {
      port.onmessage = ({ data }) => resolve(data as Seen)
      port.postMessage('see')
    }),
  stored: storedText,
  join() {
    window.member = createMemberStore(browserEngine({ name: 'engines' }), { ports: createPorts('') })
  },
})
