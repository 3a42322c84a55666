/**
 * The engine of Node processes, on Redis, for the feature `tabs`.
 *
 * A claim is a key with a token that expires (`SET … NX PX`). Its holder prolongs it; one that is killed, or held up for
 * longer than it lasts, loses it, as one does from whom it is taken. A fenced claim counts: what is stored is stored by the
 * holder of the newest claim alone.
 */
import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Claim, ClaimOptions, Engine, EngineLink } from 'redux-turnkeeper/tabs'

export interface RedisEngineOptions {
  /** Processes that use the same one act as one. Default `turnkeeper`. */
  readonly name?: string
  /** How long a claim lasts that is not prolonged, ms. Default 10 000. */
  readonly lasts?: number
}

/** Takes a claim that nobody holds, or also one that somebody does. Answers with its number, or with nothing. */
const TAKE = `
  if ARGV[4] ~= '1' and redis.call('EXISTS', KEYS[1]) == 1 then return nil end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  if ARGV[3] == '1' then return redis.call('INCR', KEYS[2]) end
  return 0`
/** Prolongs a claim that is held still. */
const PROLONG = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])`
/** Gives it back, and tells those that wait for it. */
const RELEASE = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('PUBLISH', KEYS[2], ARGV[2])
  return redis.call('DEL', KEYS[1])`
/** Stores a value, unless the claim has been taken by another since. */
const SAVE = `
  if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1])
  return 1`

/**
 * Makes the engine.
 *
 * @param redis A connection for commands. It is duplicated for what is heard, once for each store.
 */
export function redisEngine(
  redis: Redis,
  { name = 'turnkeeper', lasts = 10_000 }: RedisEngineOptions = {},
): Engine {
  return () => connect(redis, name, lasts)
}

function connect(redis: Redis, prefix: string, lasts: number): EngineLink {
  const self = randomUUID()
  const hearing = redis.duplicate()
  const channel = `${prefix}:messages`
  const freed = `${prefix}:freed`
  const listeners = new Set<(message: unknown) => void>()
  const waiting = new Map<string, Set<() => void>>()
  const held = new Set<() => void>()
  let isClosed = false

  // What is published while it is not heard is missed: nothing is claimed, and so nobody is here, until it is.
  const listen = (): Promise<unknown> => {
    const subscribed = hearing.subscribe(channel, freed)
    subscribed.catch(() => undefined)
    return subscribed
  }
  let isHeard = listen()
  hearing.on('close', () => {
    if (isClosed) return
    for (const release of [...held]) release()
    isHeard = listen()
  })
  hearing.on('message', (from: string, text: string) => {
    if (from === freed) return waiting.get(text)?.forEach((look) => look())
    const { sender, message } = JSON.parse(text) as { readonly sender: string; readonly message: unknown }
    if (sender !== self) for (const listener of listeners) listener(message)
  })

  const keyOf = (claimed: string): string => `${prefix}:claim:${claimed}`
  const fenceOf = (claimed: string): string => `${prefix}:fence:${claimed}`

  /** Waits until a claim is given back, or may have expired. */
  const wait = (claimed: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const looks = waiting.get(claimed) ?? new Set()
      waiting.set(claimed, looks)
      const over = (): void => {
        looks.delete(over)
        clearTimeout(timer)
        signal.removeEventListener('abort', over)
        if (signal.aborted) reject(signal.reason as Error)
        else resolve()
      }
      const timer = setTimeout(over, lasts / 4)
      looks.add(over)
      signal.addEventListener('abort', over)
    })

  async function take(claimed: string, token: string, options: ClaimOptions): Promise<number | null> {
    const keys = [keyOf(claimed), fenceOf(claimed)] as const
    const { fenced, steal } = options
    return (await redis.eval(TAKE, 2, ...keys, token, lasts, fenced ? '1' : '0', steal ? '1' : '0')) as
      number | null
  }

  function hold(claimed: string, token: string, fence: number, since: number): Claim {
    let isOver = false
    let end = (): void => undefined
    const lost = new Promise<void>((resolve) => (end = resolve))
    let expires = since + lasts
    const over = (): void => {
      isOver = true
      clearInterval(prolonging)
      clearTimeout(expiring)
      held.delete(release)
      end()
    }
    /** Where nothing is heard of Redis it is lost all the same, when it may have expired. */
    const expire = (): void => {
      const left = expires - Date.now()
      if (left <= 0) over()
      else expiring = setTimeout(expire, left)
    }
    let expiring = setTimeout(expire, lasts)
    const prolonging = setInterval(() => {
      const at = Date.now()
      redis
        .eval(PROLONG, 1, keyOf(claimed), token, lasts)
        .then((isHeld) => {
          if (isHeld === 1) expires = at + lasts
          else over()
        })
        .catch(() => undefined)
    }, lasts / 3)
    const release = (): void => {
      if (isOver) return
      over()
      redis.eval(RELEASE, 2, keyOf(claimed), freed, token, claimed).catch(() => undefined)
    }
    held.add(release)
    if (isClosed) release()
    return { name: claimed, fence, lost, release }
  }

  return {
    async claim(claimed, options) {
      const { signal } = options
      const token = randomUUID()
      for (;;) {
        await isHeard
        signal.throwIfAborted()
        const since = Date.now()
        const fence = await take(claimed, token, options)
        if (fence !== null) {
          const claim = hold(claimed, token, fence, since)
          if (signal.aborted) claim.release()
          signal.throwIfAborted()
          signal.addEventListener('abort', claim.release)
          void claim.lost.then(() => signal.removeEventListener('abort', claim.release))
          return claim
        }
        await wait(claimed, signal)
      }
    },
    publish(message) {
      redis.publish(channel, JSON.stringify({ sender: self, message })).catch(() => undefined)
    },
    subscribe: (listener) => void listeners.add(listener),
    async load(key) {
      const text = await redis.get(`${prefix}:value:${key}`)
      return text === null ? undefined : (JSON.parse(text) as unknown)
    },
    async save(key, value, { name: claimed, fence }) {
      const keys = [`${prefix}:value:${key}`, fenceOf(claimed)] as const
      return (await redis.eval(SAVE, 2, ...keys, JSON.stringify(value), String(fence))) === 1
    },
    close() {
      isClosed = true
      for (const release of [...held]) release()
      listeners.clear()
      hearing.disconnect()
    },
  }
}
