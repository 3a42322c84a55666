import type { Clock } from '../types'

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 14

/**
 * Makes message ids in the form of OpenCode's own: they sort by time, also within one millisecond.
 *
 * @returns Ids such as `msg_9a3f0c1d2001Xk3…`.
 */
export function createMessageIds({ now }: Clock, random: () => number): () => string {
  let last = 0
  return () => {
    last = Math.max(last + 1, now() * 0x1000)
    const time = last.toString(16).slice(-12).padStart(12, '0')
    let rest = ''
    while (rest.length < RANDOM_LENGTH) rest += LETTERS[Math.floor(random() * LETTERS.length)]
    return `msg_${time}${rest}`
  }
}
