/** A page that runs scenarios with several clients on the engine of the browser. */
import { browserEngine } from 'redux-turnkeeper/tabs'
import type { Scenario } from '../../src/conformance/scenario'
import { carried } from './carried'

let runs = 0

Object.assign(window, {
  carried: (scenario: Scenario) =>
    carried(scenario, () => {
      const name = `run-${(runs += 1)}`
      return () => browserEngine({ name })
    }),
})
