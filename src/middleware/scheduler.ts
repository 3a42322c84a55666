import { MAX_DELAY } from '../clock'
import type { Clock } from '../types'

/** A timer that runs this much later than it was set for means that time passed without observation, ms. */
const WAKE_GAP = 5_000
/** The same in a hidden page, where browsers let timers run at most once a minute. */
const HIDDEN_WAKE_GAP = 75_000
/** A timer that runs this much before its time means that the clock was set back, ms. */
const BACK_GAP = 1_000

export interface Deadlines {
  /** Runs `run` at `at` (ms since the epoch); replaces what stood under `key`, unless that is for the same time. */
  set(key: string, at: number, run: (now: number) => void): void
  clear(key: string): void
}

/** Deadlines by key, with one armed timer for the earliest. */
export interface Scheduler extends Deadlines {
  /** Keys of one's own: those of two lanes never meet. */
  createLane(): Deadlines
  /**
   * To be called before what was said at `at` (ms since the epoch) is written down. Where the clock moved unobserved, that is
   * told first, so that the new time is not taken for one of the old clock.
   */
  observe(at: number): void
  /** Leaves no timer. */
  dispose(): void
}

interface Deadline {
  /** Where it stands, under its key. */
  readonly lane: Map<string, Deadline>
  readonly key: string
  readonly at: number
  readonly run: (now: number) => void
}

/**
 * Deadlines by key, and one armed timer for the earliest.
 *
 * A binary heap whose outdated entries are dropped when they surface, so that moving a deadline costs a push. Timers are
 * clamped to what `setTimeout` takes. `onRun` hears of each run before any deadline fires, and by how much the clock moved
 * beyond what was observed: forward where the timer comes much later than expected, back where it comes before its time
 * (law 10).
 */
export function createScheduler(
  clock: Clock,
  isHidden: () => boolean,
  onRun: (shiftMs: number) => void,
  onError: (error: unknown) => void,
): Scheduler {
  /** How many deadlines stand, in all lanes. */
  let standing = 0
  let heap: Deadline[] = []
  let timer: unknown
  let armedFor = Infinity
  /** When the armed timer should run: a deadline that is past already is not late by that. */
  let expectedAt = 0
  let armedAt = 0
  /** How far the clock had moved beyond what was observed when the timer was taken back before it had run. */
  let unobserved = 0
  /** When the clock was last read, here. */
  let seenAt = 0
  let running = false

  const wakeGap = (): number => (isHidden() ? HIDDEN_WAKE_GAP : WAKE_GAP)
  const stands = (deadline: Deadline): boolean => deadline.lane.get(deadline.key) === deadline
  const drop = (lane: Map<string, Deadline>, key: string): boolean => lane.delete(key) && standing-- > 0
  const swap = (i: number, j: number): void => {
    const held = heap[i]!
    heap[i] = heap[j]!
    heap[j] = held
  }
  const push = (deadline: Deadline): void => {
    let i = heap.push(deadline) - 1
    while (i > 0 && heap[(i - 1) >> 1]!.at > deadline.at) {
      swap(i, (i - 1) >> 1)
      i = (i - 1) >> 1
    }
  }
  const pop = (): void => {
    const last = heap.pop()!
    if (heap.length === 0) return
    heap[0] = last
    for (let i = 0; ;) {
      let least = 2 * i + 1
      if (least >= heap.length) return
      if (least + 1 < heap.length && heap[least + 1]!.at < heap[least]!.at) least++
      if (heap[least]!.at >= last.at) return
      swap(i, least)
      i = least
    }
  }
  /** The earliest deadline that still stands. */
  const earliest = (): Deadline | undefined => {
    while (heap.length > 0 && !stands(heap[0]!)) pop()
    return heap[0]
  }
  const disarm = (): void => {
    if (armedFor === Infinity) return
    const now = clock.now()
    if (now <= armedAt - BACK_GAP || now - expectedAt >= wakeGap()) unobserved += now - armedAt
    seenAt = now
    clock.clearTimeout(timer)
    armedFor = Infinity
  }
  /** No timer is armed: how far the clock moved since it was last read. */
  const observeIdle = (now: number): void => {
    const idleFor = now - seenAt
    seenAt = now
    // Times in the state may be to come.
    if (idleFor <= -BACK_GAP) unobserved += idleFor
    // What was live then may be over by now.
    else if (idleFor >= BACK_GAP) unobserved = 0
  }
  const arm = (): void => {
    if (running) return
    const first = earliest()
    if (!first) return disarm()
    if (first.at === armedFor) return
    disarm()
    armedFor = first.at
    const now = clock.now()
    observeIdle(now)
    // That time moved is told first.
    const delay = unobserved === 0 ? Math.min(Math.max(first.at - now, 0), MAX_DELAY) : 0
    expectedAt = now + delay
    armedAt = now
    timer = clock.setTimeout(fire, delay)
  }
  const tell = (): void => {
    const all = unobserved
    unobserved = 0
    onRun(all)
  }
  const mayHaveMoved = (at: number): boolean =>
    at <= seenAt - BACK_GAP || (armedFor !== Infinity && at - expectedAt >= WAKE_GAP)
  const observe = (at: number): void => {
    // What was said may have been told late: the clock itself is read only where it seems to have moved.
    if (running || !mayHaveMoved(at) || !mayHaveMoved(clock.now())) return
    try {
      disarm()
      observeIdle(clock.now())
      if (unobserved !== 0) tell()
    } catch (error) {
      onError(error)
    }
    arm()
  }
  const fire = (): void => {
    const now = clock.now()
    const late = now - expectedAt
    seenAt = now
    armedFor = Infinity
    running = true
    try {
      // Asleep since when is not known: no earlier than the timer was armed, and none of it counts.
      try {
        unobserved += late >= wakeGap() ? now - armedAt : late <= -BACK_GAP ? late : 0
        tell()
      } catch (error) {
        onError(error)
      }
      // Only what was due when the timer ran: a deadline set to "now" by what runs here waits for the next round.
      const due: Deadline[] = []
      for (let first = earliest(); first && first.at <= now; first = earliest()) {
        drop(first.lane, first.key)
        due.push(first)
      }
      for (const deadline of due) {
        try {
          deadline.run(now)
        } catch (error) {
          onError(error)
        }
      }
    } finally {
      running = false
      arm()
    }
  }

  function createLane(): Deadlines {
    const lane = new Map<string, Deadline>()
    return {
      set(key, at, run) {
        const known = lane.get(key)
        if (known?.at === at) return
        if (!known) standing++
        const deadline = { lane, key, at, run }
        lane.set(key, deadline)
        push(deadline)
        // Outdated entries must not outgrow what stands.
        if (heap.length > 64 && heap.length > 4 * standing) {
          const all = heap.filter(stands)
          heap = []
          all.forEach(push)
        }
        arm()
      },
      clear(key) {
        if (drop(lane, key)) arm()
      },
    }
  }

  return {
    ...createLane(),
    createLane,
    observe,
    dispose() {
      // No entry in the heap: whatever still stands in a lane never fires.
      heap = []
      disarm()
    },
  }
}
