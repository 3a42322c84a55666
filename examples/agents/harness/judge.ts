/** Compares what the keeper says of each turn with the server's own history, asked over a connection of the judge's own. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { EndedTurn } from 'redux-turnkeeper'
import type { Lab, Prompt } from './lab'
import type { ServerHistory, ServerTurn } from './server'

/** Nothing may be busy that the server does not run, this long after the server is reachable, ms. */
const LIMIT = 15_000
/** A case that has not come to rest by then has failed, ms. */
const LONGEST = 90_000
const INTERVAL = 200

export interface Verdict {
  /** What became of each turn: `complete` witnessed, `complete?` inferred. */
  readonly outcomes: readonly string[]
  /** The longest time from the end at the server to the end in the store, ms; `null` where none could be measured. */
  readonly delay: number | null
  readonly wrong: readonly string[]
}

/** What a record may say where the server's history says this. */
const AGREEING: Readonly<Record<ServerTurn['outcome'], readonly EndedTurn['outcome'][]>> = {
  complete: ['complete'],
  cancelled: ['cancelled', 'interrupted'],
  interrupted: ['cancelled', 'interrupted'],
  error: ['error'],
  // Nobody wrote down how it ended: see `compareUnwritten`.
  open: ['interrupted', 'unknown'],
  never: ['interrupted', 'unknown'],
}
const OVER: ReadonlySet<ServerTurn['outcome']> = new Set(['complete', 'cancelled', 'interrupted', 'error'])

export function startJudge(lab: Lab) {
  const histories = new Map<string, ServerHistory>()
  const overAt = new Map<string, number>()
  /** How turns were over: a server that is killed may forget a whole conversation. */
  const overAs = new Map<string, ServerTurn>()
  let isStopped = false

  async function look(): Promise<boolean> {
    for (const id of lab.conversations) {
      try {
        const history = await lab.server.history(id)
        histories.set(id, history)
        for (const { token } of lab.prompts) {
          const over = history.turns?.find(({ prompt, outcome }) => has(prompt, token) && OVER.has(outcome))
          if (!over) continue
          overAs.set(token, over)
          if (!overAt.has(token)) overAt.set(token, Date.now())
        }
      } catch {
        return false
      }
    }
    return true
  }
  const watching = (async () => {
    while (!isStopped) {
      await look()
      await sleep(INTERVAL)
    }
  })()

  /** What a server goes on with of a session that is gone, it may not list: then the model knows. */
  const isBusyAtServer = (id: string): boolean =>
    (histories.get(id)?.isBusy ?? false) ||
    (lab.deleted.has(id) &&
      lab.prompts.some(({ conversationId, token }) => conversationId === id && lab.model.isRead(token)))

  const forgotten = (history: ServerHistory | undefined, token: string): ServerHistory | undefined => {
    const over = overAs.get(token)
    return history?.turns === null && over ? { ...history, turns: [over] } : history
  }
  const describe = (id: string): string => `${lab.phase(id)}, ${lab.questions(id).length} questions`

  /** Waits until the server and the store are at rest. */
  async function rest(): Promise<string[]> {
    const start = Date.now()
    let idleSince: number | null = null
    for (;;) {
      const isReachable = await look()
      const now = Date.now()
      const isServerIdle = isReachable && ![...lab.conversations].some(isBusyAtServer)
      if (isServerIdle) idleSince ??= now
      else idleSince = null
      const busy = [...lab.conversations].filter((id) => lab.isBusy(id) || lab.questions(id).length > 0)
      if (isServerIdle && busy.length === 0) return []
      if (idleSince !== null && now - idleSince > LIMIT)
        return [`busy for ${LIMIT} ms after the server was idle: ${busy.map(describe).join(', ')}`]
      if (now - start > LONGEST)
        return [`not at rest after ${LONGEST} ms (${isReachable ? 'reachable' : 'unreachable'})`]
      await sleep(100)
    }
  }

  async function verdict(): Promise<Verdict> {
    isStopped = true
    await watching
    const wrong = await rest()
    const delays: number[] = []
    const outcomes: string[] = []
    for (const prompt of lab.prompts) {
      const record = lab.recordOf(prompt)
      const own = histories.get(prompt.conversationId)
      outcomes.push(record ? `${record.outcome}${record.grade === 'inferred' ? '?' : ''}` : 'none')
      const problem = compare(prompt, record, forgotten(own, prompt.token), lab)
      if (problem) wrong.push(`${prompt.token}: ${problem}`)
      const [end, settled] = [overAt.get(prompt.token), lab.settledAt.get(prompt.turnId)]
      if (end !== undefined && settled !== undefined) delays.push(Math.max(0, settled - end))
    }
    return { outcomes, delay: delays.length > 0 ? Math.max(...delays) : null, wrong }
  }
  return {
    verdict,
    stop: async () => {
      isStopped = true
      await watching
    },
  }
}

const has = (text: string, token: string): boolean => new RegExp(`${token}\\b`).test(text)

function compare(
  { token, turnId, conversationId }: Prompt,
  record: EndedTurn | undefined,
  history: ServerHistory | undefined,
  lab: Lab,
): string | undefined {
  const turns = history?.turns ?? []
  const mine = turns.filter(
    ({ prompt, turn }) => has(prompt, token) || (prompt === '' && record?.runs.includes(turn)),
  )
  if (mine.length > 1) return `stands ${mine.length} times in the history`
  if (lab.model.promptsOf(token) > 1) return `came ${lab.model.promptsOf(token)} times to the model`
  const records = lab.stateOf(conversationId).turns.ended.filter((other) => other.turnId === turnId)
  if (records.length > 1) return `ended ${records.length} times`
  const [turn] = mine
  const isGivenBack = lab.drafts(conversationId).some((draft) => draft.turnId === turnId)
  if (!record) {
    return turn || !isGivenBack ? 'has no end' : undefined
  }
  if (!turn) {
    if (history?.turns === null)
      return record.outcome === 'complete' ? 'complete, and the session is gone' : undefined
    // A stop may be quicker than the prompt: its text is a draft again.
    if (record.outcome === 'cancelled' && isGivenBack) return undefined
    if (record.outcome === 'undelivered') return undefined
    // Its process had taken it, and died before it wrote anything of it down.
    return record.sendState === 'accepted' && lab.hasDied()
      ? compareUnwritten('never', record, lab)
      : `${record.outcome}, and the server never had it`
  }
  const others = turns.filter((other) => other.turn === turn.turn && other !== turn)
  if (record.outcome === 'merged')
    return others.length > 0 ? undefined : 'merged, and the server ran it as a turn of its own'
  if (turn.outcome === 'open' || turn.outcome === 'never') return compareUnwritten(turn.outcome, record, lab)
  return AGREEING[turn.outcome].includes(record.outcome)
    ? undefined
    : `${record.outcome}, and the server says ${turn.outcome}`
}

/**
 * A turn whose end is not in the history. The user has stopped it while it waited or before it was begun, or its process is
 * gone: then nobody knows how it ended, and the record may not say more.
 */
function compareUnwritten(
  outcome: 'open' | 'never',
  { outcome: told, grade, conversationId }: EndedTurn,
  lab: Lab,
): string | undefined {
  if (told === 'cancelled')
    return lab.stopped.has(conversationId) ? undefined : 'cancelled, and nobody stopped it'
  if (!AGREEING[outcome].includes(told)) return `${told}, and the server says ${outcome}`
  if (!lab.hasDied() && !lab.deleted.has(conversationId))
    return `${told}, and the server that has it as ${outcome} was there all the time`
  return grade === 'inferred' ? undefined : `${told}, witnessed, and the server has it as ${outcome}`
}
