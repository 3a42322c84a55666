/**
 * The same key for positions that behave alike. Sequence numbers count by their order, times from now, nonces and runs by
 * where they are named first: which of two runs that are alike came first does not matter.
 */
import type { Position } from './position'

/** What is longer ago than every window of the rules is just long ago, ms. */
const LONG_AGO = 4_000_000

const SEQUENCES: ReadonlySet<string> = new Set(['seq', 'createdSeq', 'evidenceSeq', 'checkReasonSeq'])
const TIMES: ReadonlySet<string> = new Set([
  'acceptedAt',
  'at',
  'changedAt',
  'checkAt',
  'endedAt',
  'expiresAt',
  'firstEvidenceAt',
  'firstOutputAt',
  'lastEvidenceAt',
  'limitAt',
  'notBefore',
  'openAt',
  'resumesAt',
  'sentAt',
  'sessionCheckAt',
  'since',
  'startedAt',
])
/** What only people read. */
const UNREAD: ReadonlySet<string> = new Set(['log'])

function collectSequences(value: unknown, found: Set<number>): void {
  if (Array.isArray(value)) return value.forEach((item) => collectSequences(item, found))
  if (typeof value !== 'object' || value === null) return
  for (const [name, item] of Object.entries(value)) {
    if (typeof item === 'number') {
      if (SEQUENCES.has(name)) found.add(item)
    } else collectSequences(item, found)
  }
}

const relative = (time: number, now: number): number => Math.max(time - now, -LONG_AGO)

/** @param runs Names that are interchangeable. They occur nowhere as a part of something else. */
export function stateKey({ state, now, prompts, accepted }: Position, runs: readonly string[]): string {
  const sequences = new Set<number>()
  collectSequences(state, sequences)
  const ranks = new Map([...sequences].sort((a, b) => a - b).map((seq, rank) => [seq, rank]))
  const text = JSON.stringify([state, prompts, [...accepted].sort()], (name, value: unknown) => {
    if (UNREAD.has(name)) return undefined
    if (typeof value !== 'number') return value
    if (SEQUENCES.has(name)) return ranks.get(value)
    return TIMES.has(name) && value !== 0 ? relative(value, now) : value
  })
  return inOrderOfMention(
    inOrderOfMention(text, /(?:check|due|stop|keeper)-\d+/g),
    new RegExp(runs.join('|'), 'g'),
  )
}

/** The names that match, numbered by where they are mentioned first. */
function inOrderOfMention(text: string, names: RegExp): string {
  const numbers = new Map<string, number>()
  return text.replace(names, (name) => {
    const number = numbers.get(name) ?? numbers.size
    numbers.set(name, number)
    return `#${number}`
  })
}

/** A 53-bit hash (cyrb53), so that many keys fit into the memory. */
export function hashOf(text: string): number {
  let h1 = 0xdeadbeef
  let h2 = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    h1 = Math.imul(h1 ^ code, 2_654_435_761)
    h2 = Math.imul(h2 ^ code, 1_597_334_677)
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2_246_822_507) ^ Math.imul(h2 ^ (h2 >>> 13), 3_266_489_909)
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2_246_822_507) ^ Math.imul(h1 ^ (h1 >>> 13), 3_266_489_909)
  return 4_294_967_296 * (2_097_151 & h2) + (h1 >>> 0)
}
