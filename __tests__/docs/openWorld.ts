import { createWorld } from './world'

type OpenWorld = ReturnType<typeof createWorld>

const worlds: OpenWorld[] = []
afterEach(() => worlds.splice(0).forEach((world) => world.dispose()))

/** A world that is disposed of after the test that opened it. */
export const openWorld = (): OpenWorld => {
  const world = createWorld()
  worlds.push(world)
  return world
}
