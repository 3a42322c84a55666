/**
 * Random histories over a true backend: those that once broke something, and a fixed seed. `npm run test:soak` plays more, and
 * fresh ones.
 */
import fc from 'fast-check'
import { holdsAt } from './arbitrary'
import { playHistory } from './history'
import type { Style } from './server'
import { EVERYWHERE } from './steps'
import type { Place } from './steps'
import { stepOf } from './written'

jest.setTimeout(120_000)

const SEED = Number(process.env['SOAK_SEED'] ?? 20_261_125)
const COUNT = 200

/** The shortest of those that broke something, as fast-check left them. */
const KEPT: readonly (readonly [string, Place, Style, readonly string[]])[] = [
  [
    'the clock is set back, and what armed the next timer was not the timer itself',
    'one page',
    'all ids',
    ['submit 0 0', 'reload 0 0', 'clock set 0 0'],
  ],
  [
    'the clock is set back before a reload, and the next page reads times that are to come',
    'one page',
    'all ids',
    ['submit 0 0', 'clock set 0 0', 'reload 0 0'],
  ],
  [
    'the clock is set back, and the conversation has another key before a timer runs',
    'one page',
    'run ids',
    ['submit 0 0', 'send arrives, no answer 0 0', 'clock set 0 0', 'new key 0 0'],
  ],
  [
    'a send is refused as busy, and the clock is set back before a reload',
    'one page',
    'all ids',
    ['submit 0 0', 'send refused 0 0', 'clock set 0 0', 'reload 0 0'],
  ],
  [
    'an answer is lost in a hidden page, and the clock is set back while no timer is armed',
    'one page',
    'all ids',
    ['page hidden 0 0', 'submit 0 0', 'time passes 3 0', 'send lost 0 0', 'clock set 0 0'],
  ],
  [
    'two changes of the user in one task, and the tab is closed',
    'with the assistant, in several tabs',
    'all ids',
    ['submit 0 0', 'disposed of 0 0', 'signs out 0 0'],
  ],
  [
    'who tries again before the leading tab was heard of is told what came of it',
    'with an assistant that several tabs share',
    'all ids',
    [
      'tab hangs 0 0',
      'tab opens 0 0',
      'tab opens 0 0',
      'disposed of 0 0',
      'tab hangs 0 0',
      'tab goes on 0 0',
      'assistant: try again 0 0',
    ],
  ],
  [
    'a tab comes while the leading one hangs, and both others go before it leads',
    'with an assistant that several tabs share',
    'all ids',
    ['tab opens 0 0', 'tab hangs 0 0', 'submit 0 0', 'tab opens 0 0', 'tab closes 0 0', 'tab crashes 0 0'],
  ],
  [
    'only a tab that hangs was told what waits in one that crashes, and another one leads when it goes on',
    'with an assistant that several tabs share',
    'all ids',
    ['tab hangs 0 0', 'tab opens 0 0', 'submit 0 0', 'tab crashes 3 0', 'tab opens 0 0', 'time passes 13 0'],
  ],
  [
    'a tab that hung tells another that follows what the leading one has forgotten',
    'several tabs',
    'all ids',
    [
      'signs out 0 0',
      'tab hangs 0 0',
      'tab opens 0 0',
      'stop session 0 0',
      'submit 0 0',
      'tab opens 0 0',
      'signs out 0 0',
      'signs out 0 0',
    ],
  ],
  [
    'redux-persist brings the user back to a tab',
    'with the assistant, in several tabs',
    'all ids',
    ['tab hangs 0 0', 'signs out 0 0', 'tab opens 0 0', 'signs out 0 0', 'submit 0 0', 'reload 44 0'],
  ],
  [
    'a steer in one tab, and another tab tells what it has kept',
    'several tabs',
    'all ids',
    ['tab opens 0 0', 'submit 7 0', 'steer 9 0'],
  ],
  [
    'a prompt is sent by one tab past another that waits in the next',
    'several tabs',
    'all ids',
    ['stop session 7 0', 'submit 3 0', 'tab hangs 0 0', 'tab opens 0 0', 'submit 15 0'],
  ],
  [
    'a draft of one tab runs in another',
    'several tabs',
    'all ids',
    ['tab opens 0 0', 'submit 0 0', 'reload 12 0', 'sleep 0 0', 'check answered 0 0', 'reload 28 0'],
  ],
  [
    'a tab that was held up hears that what waits there was sent by another',
    'several tabs',
    'all ids',
    [
      'tab opens 0 0',
      'signs out 0 0',
      'tab hangs 0 0',
      'stop session 0 0',
      'submit 0 0',
      'signs out 0 0',
      'time passes 3 0',
      'submit 0 0',
      'send arrives, no answer 0 0',
    ],
  ],
  [
    'a tab that was held up tells one that comes late what was withdrawn meanwhile',
    'several tabs',
    'all ids',
    ['tab hangs 0 0', 'tab opens 0 0', 'submit 0 0', 'submit 0 4', 'tab opens 0 0', 'withdraw 17 0'],
  ],
  [
    'the clock is set back, and what a tab asks the leading one to check seems to have been checked just now',
    'several tabs',
    'nothing named',
    [
      'tab opens 0 0',
      'tab hangs 4 0',
      'submit 0 0',
      'send arrives, no answer 0 0',
      'server: restarts 0 0',
      'sleep 0 0',
      'check answered 0 0',
      'clock set 0 0',
    ],
  ],
  [
    'a tab is told of the question of a run that it does not know',
    'several tabs',
    'all ids',
    [
      'submit 0 0',
      'send accepted 0 0',
      'server: asks 0 0',
      'signs out 0 0',
      'submit 0 0',
      'all frames come 0 0',
      'stop session 0 0',
      'tab opens 0 0',
      'tab closes 0 0',
    ],
  ],
  [
    'what waits where nobody is signed in, in a tab that hangs too, is sent by who signs in',
    'several tabs',
    'all ids',
    [
      'tab opens 0 0',
      'signs out 0 0',
      'submit 0 0',
      'send refused 0 0',
      'tab hangs 0 0',
      'disposed of 0 0',
      'signs out 0 0',
    ],
  ],
  [
    'a tab that has heard a newer key tells of a draft that stands under the older one in another',
    'several tabs',
    'all ids',
    [
      'tab opens 0 0',
      'signs out 0 0',
      'tab opens 0 0',
      'tab hangs 0 0',
      'submit 0 0',
      'steer 0 0',
      'signs out 0 0',
      'tab closes 0 0',
      'tab hangs 0 0',
      'new key 0 0',
    ],
  ],
  [
    'a tab that has not heard the newer key asks the leading one, which has',
    'several tabs',
    'all ids',
    [
      'tab hangs 0 0',
      'tab opens 0 0',
      'signs out 0 0',
      'submit 7 0',
      'tab closes 0 0',
      'new key 33 0',
      'tab opens 0 0',
      'tab goes on 0 0',
      'disposed of 20 0',
    ],
  ],
  [
    'a check tells of the question of a turn that it ends',
    'one page',
    'all ids',
    [
      'submit 0 0',
      'send accepted 0 0',
      'stop 0 0',
      'reload 0 0',
      'check answered 0 0',
      'clock set 45 0',
      'stop acknowledged 0 0',
      'server: asks 0 0',
      'check answered 0 0',
    ],
  ],
  [
    'the clock is set back between two checks of an assistant that is missing',
    'with the assistant',
    'all ids',
    ['assistant: checked 0 0', 'clock set 0 0'],
  ],
  [
    'the clock is set back while the past is viewed',
    'under DevTools',
    'all ids',
    ['submit 0 0', 'DevTools: look back 0 0', 'sleep 0 0', 'clock set 0 0'],
  ],
  [
    'somebody signs out after a lock, and types on',
    'with the assistant, under DevTools',
    'all ids',
    ['DevTools: lock 0 0', 'time passes 13 0', 'signs out 0 0', 'submit 0 0'],
  ],
  [
    'somebody signs out after a lock, and the keeper is disposed of',
    'with the assistant, under DevTools',
    'all ids',
    [
      'submit 0 0',
      'server: another client 0 0',
      'reload 0 0',
      'server: ends a turn 0 0',
      'all frames come 0 0',
      'DevTools: lock 0 0',
      'check failed 0 0',
      'signs out 0 0',
      'disposed of 10 0',
      'withdraw 0 0',
    ],
  ],
  [
    'the answer to a start of the assistant is swallowed by a lock',
    'with the assistant, under DevTools',
    'all ids',
    [
      'assistant: checked 0 0',
      'disposed of 0 0',
      'assistant: checked 0 0',
      'DevTools: lock 0 0',
      'assistant: not hatched 0 0',
    ],
  ],
  [
    'a tab that hung and leads no more tells a newer one, which leads now, that a message is on its way',
    'several tabs',
    'all ids',
    [
      'tab opens 0 0',
      'tab opens 0 0',
      'tab hangs 0 0',
      'disposed of 0 0',
      'submit 12 0',
      'time passes 39 0',
      'send refused 0 0',
    ],
  ],
  [
    'a prompt waits in one tab, and a tab that has just come takes the lead from one that hangs',
    'with an assistant that several tabs share',
    'all ids',
    ['tab opens 0 0', 'tab hangs 0 0', 'submit 0 0', 'tab opens 0 0', 'time passes 18 0'],
  ],
  [
    'a prompt is stopped while its request is open, the clock is set back, and a run that may be another one asks',
    'one page',
    'run ids',
    [
      'submit 13 0',
      'server: another client 3 0',
      'frame comes twice 0 0',
      'clock set 0 0',
      'stop 7 0',
      'stop acknowledged 0 0',
      'server: asks 9 0',
      'check answered 0 0',
    ],
  ],
]

describe('kept histories', () => {
  test.each(KEPT)('%s', async (_title, place, style, lines) => {
    expect(await playHistory({ place, style, steps: lines.map(stepOf) })).toEqual([])
  })
})

test(`seed ${SEED}: ${COUNT} histories hold`, () =>
  fc.assert(holdsAt(EVERYWHERE), { numRuns: COUNT, seed: SEED }))
