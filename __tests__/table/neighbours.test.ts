/**
 * Law 2, in every cell: where other conversations are at work as well, with one of each thing, what happens to the
 * conversation of the scene is the same, and what does not speak of all conversations leaves the others as they are.
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import {
  sendAccepted,
  sendRefused,
  sessionStatusChanged,
  signals,
  stopRequested,
  turnSubmitted,
} from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import { statusCheckStarted } from '../../src/actions'
import { getRow } from '../../src/state/table'
import { play } from './cells'
import { HAPPENINGS } from './evidence'
import { brokenIn } from './invariants'
import { KEY, NEW_KEY, afterPrelude, reducerOf, stamped } from './scene'
import { comesAfter } from './subjects'
import { TABLES } from './tables'
import { ALL } from './types'
import type { Evidence } from './types'

/** One of each thing, twice over: what is found first, and what is found last, is another's. */
const atWork = (key: string): readonly UnknownAction[] => {
  const turn = (n: number, more: object = {}) => {
    const claim = { nonce: `${key}-send-${n}` }
    return turnSubmitted({ turnId: `${key}-t${n}`, conversationId: key, input: key, ...claim, ...more })
  }
  const ask = (runId: string, requestId: string) =>
    signals.inputRequested({ conversationId: key, runId, requestId, kind: 'approval' })
  return [
    turn(1),
    sendRefused({ turnId: `${key}-t1`, conversationId: key, nonce: `${key}-send-1`, reason: 'error' }),
    turn(2),
    sendAccepted({ turnId: `${key}-t2`, conversationId: key, nonce: `${key}-send-2`, runId: `${key}-run-2` }),
    signals.turnEnded({ conversationId: key, runId: `${key}-run-2`, reason: 'complete' }),
    turn(3),
    sendAccepted({ turnId: `${key}-t3`, conversationId: key, nonce: `${key}-send-3`, runId: `${key}-run-3` }),
    signals.turnStarted({ conversationId: key, runId: `${key}-run-3` }),
    signals.turnProgressed({ conversationId: key, runId: `${key}-run-3`, kind: 'tool_open', callId: 'k1' }),
    signals.turnStarted({ conversationId: key, runId: `${key}-helper`, role: 'child', parent: `${key}-t3` }),
    turn(4, { mode: 'now' }),
    sendAccepted({ turnId: `${key}-t4`, conversationId: key, nonce: `${key}-send-4`, as: 'queued' }),
    turn(5),
    signals.turnStarted({ conversationId: key, runId: `${key}-unplaced` }),
    sessionStatusChanged({ conversationId: key, status: 'running' }),
    ask(`${key}-run-3`, 'q1'),
    ask(`${key}-helper`, 'q2'),
    stopRequested({ conversationId: key, nonce: `${key}-stop` }),
    statusCheckStarted({ nonce: `${key}-check`, conversationIds: [key], explicit: true }),
  ]
}
const PRELUDE = [...atWork('a'), ...atWork('z')]

/** Evidence of all conversations: the others change as well. */
const OF_ALL: ReadonlySet<Evidence> = new Set([
  'time: wake',
  'stream: dropped',
  'stream: opened',
  'backend: restarted',
  'keeper: another',
  'user: another',
  'listing: without it',
])

/** What is there of the scene's conversation, with its records; sequence numbers count from the situation's. */
function partOf({ turns, conversations }: KeeperState, seq: number, kind: Evidence): unknown {
  const keys = [KEY, NEW_KEY]
  const isOurs = ({ conversationId }: { readonly conversationId: string }) => keys.includes(conversationId)
  const part = {
    rows: keys.flatMap((key) => [getRow(turns.byConversation, key), getRow(conversations.byId, key)]),
    ended: turns.ended.filter(isOurs),
    unseen: conversations.unseen.filter(isOurs),
  }
  const counted = (value: number): number | string =>
    value === 0 ? 0 : OF_ALL.has(kind) ? 'some' : value - seq
  return JSON.parse(
    JSON.stringify(part, (name, value: unknown) => {
      if (/seq$/i.test(name) && typeof value === 'number') return counted(value)
      const minted = typeof value === 'string' && /^(remote:.*:)(\d+)$/.exec(value)
      return minted ? `${minted[1]}${counted(Number(minted[2]))}` : value
    }),
  )
}

const others = ({ turns, conversations }: KeeperState) => [
  ...['a', 'z'].flatMap((key) => [getRow(turns.byConversation, key), getRow(conversations.byId, key)]),
  ...turns.ended.filter(({ conversationId }) => conversationId === 'a' || conversationId === 'z'),
]

describe.each(TABLES.map((table) => [table.title, table] as const))(
  '%s',
  (_title, { subject, table, states }) => {
    const cells = Object.keys(states).flatMap((state) =>
      ALL.filter((kind) => !('cannot' in table[state]![kind])).map((kind) => [state, kind] as const),
    )
    test.each(cells)('%s + %s', (state, kind) => {
      const alone = play(subject, state, kind)!
      const { need, after: pause = 0, actions: create } = HAPPENINGS[kind]
      const {
        state: before,
        scene,
        prompts,
      } = afterPrelude(PRELUDE, () => subject.stages[state]!(need, true)!)
      const at = scene.now + comesAfter(kind, pause, subject)
      expect(at).toBe(alone.at)
      const actions = create({ ...scene, now: at }, before).map((action) => stamped(action, at))
      const after = actions.reduce(reducerOf(true), before)

      const expected = partOf(alone.after, alone.situation.state.turns.seq, kind)
      expect(partOf(after, before.turns.seq, kind)).toEqual(expected)
      if (!OF_ALL.has(kind)) {
        const now = others(after)
        others(before).forEach((row, i) => expect(now[i]).toBe(row))
      }
      expect(brokenIn({ before, actions, after, at, prompts }, true)).toEqual([])
    })
  },
)
