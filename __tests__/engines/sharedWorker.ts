/** A shared worker that is one of several members, beside the tabs. It says what shows in it. */
import { browserEngine } from 'redux-turnkeeper/tabs'
import { createPorts } from '../../examples/redis/ports'
import { createMemberStore } from './store'

const member = createMemberStore(browserEngine({ name: 'engines' }), {
  ports: createPorts(''),
  runWithoutPage: true,
})

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports
  port!.onmessage = () => port!.postMessage(member.see())
})
