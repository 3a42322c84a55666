/** What the server does, and what becomes of the frames that tell of it. */
import { signals } from 'redux-turnkeeper'
import { pageOf, pick } from './world'
import type { Take } from './world'

export const SERVER_STEPS: Readonly<Record<string, Take>> = {
  'server: works': ({ server, keys }, a) => server.progress(pick(keys, a)!),
  'server: asks': ({ server, keys }, a) => server.ask(pick(keys, a)!),
  'server: ends a turn': ({ server, keys }, a, b) => {
    const turn = server.runningIn(pick(keys, a)!)
    if (turn) server.finish(turn, b % 3 === 0 ? 'error' : 'complete')
  },
  'server: another client': (world, a) => {
    world.server.receive(`f${++world.minted}`, pick(world.keys, a)!, 'other')
  },
  'server: reports a session': ({ server, keys }, a) => server.reportSession(pick(keys, a)!),
  'server: restarts': async ({ server, client }, a) => {
    server.restart()
    for (const page of client.pages) page.frames.length = 0
    if (a % 2 === 0) await client.dispatchToAll(signals.streamOpened({ boot: server.boot }))
  },

  'frame comes': async (world, a) => {
    const page = pageOf(world, a)
    if (!page) return
    // Mostly in order.
    const at = a % 4 === 0 ? a % Math.max(page.frames.length, 1) : 0
    const [frame] = page.frames.splice(at, 1)
    if (frame) await world.client.dispatch(page, frame)
  },
  'frame comes twice': async (world, a) => {
    const page = pageOf(world, a)
    const frame = page?.frames.shift()
    if (!frame) return
    await world.client.dispatch(page, frame)
    await world.client.dispatch(page, frame)
  },
  'frame is lost': (world, a) => void pageOf(world, a)?.frames.shift(),
  'all frames come': async (world, a) => {
    const page = pageOf(world, a)
    for (const frame of page?.frames.splice(0) ?? []) await world.client.dispatch(page, frame)
  },
  'stream drops': (world, a) => {
    const page = pageOf(world, a)
    if (!page) return
    page.frames.length = 0
    return world.client.dispatch(page, signals.streamDropped({}))
  },
  'stream is up': (world, a) =>
    world.client.dispatch(pageOf(world, a), signals.streamOpened({ boot: world.server.boot })),
}
