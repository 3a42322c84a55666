/** What a history is played in. */
import type { StatusAnswer } from 'redux-turnkeeper'
import type { Client, OpenRequest, RequestKind } from './client'
import type { Host } from './host'
import type { Page } from './page'
import type { Server } from './server'

export interface World {
  readonly server: Server
  readonly host: Host
  readonly client: Client
  readonly submitted: string[]
  /** Prompts of a user who has signed out: nothing of theirs stays. */
  readonly signedOut: Set<string>
  /** Conversations by their newest key. */
  readonly keys: string[]
  /** Answers of status checks that come late, with what was true when they were asked. */
  readonly late: { readonly request: OpenRequest; readonly answer: Readonly<Record<string, StatusAnswer>> }[]
  minted: number
}

/** What a step does: two numbers choose among what there is. */
export type Take = (world: World, a: number, b: number) => unknown

export const pick = <Item>(items: readonly Item[], number: number): Item | undefined =>
  items.length === 0 ? undefined : items[number % items.length]

/** The page that a number chooses, apart from the conversation that it chooses. */
export const pageOf = ({ client }: World, a: number): Page | undefined => client.page(Math.floor(a / 4))

export const flush = ({ client }: World): Promise<void> => client.clock.advanceAsync(0)

/** Takes one of the open requests of a kind. */
export const answering =
  (kind: RequestKind, how: (world: World, request: OpenRequest, b: number) => void): Take =>
  async (world, a, b) => {
    const request = pick(world.client.open(kind), a)
    if (!request) return
    how(world, request, b)
    await flush(world)
  }

/** One page does something with its own keeper. */
export const dispatching =
  (action: (page: Page, world: World, a: number, b: number) => unknown): Take =>
  (world, a, b) => {
    const page = pageOf(world, a)
    return page && world.client.dispatch(page, action(page, world, a, b))
  }
