import { createManualClock } from 'redux-turnkeeper/testing'

describe('manual clock', () => {
  test('stands still until it is moved', () => {
    const clock = createManualClock(1_000)
    clock.setTimeout(() => {}, 5)
    expect([clock.now(), clock.pending]).toEqual([1_000, 1])
  })

  test('advance runs timers in order of time, then of arming, each at its own time', () => {
    const clock = createManualClock()
    const log: string[] = []
    const note = (name: string) => () => log.push(`${name}@${clock.now()}`)
    clock.setTimeout(note('b'), 20)
    clock.setTimeout(note('a'), 10)
    clock.setTimeout(note('c'), 20)
    clock.setTimeout(note('late'), 31)
    clock.advance(30)
    expect(log).toEqual(['a@10', 'b@20', 'c@20'])
    expect([clock.now(), clock.pending]).toEqual([30, 1])
  })

  test('a timer armed by a timer runs in the same advance when it falls due in it', () => {
    const clock = createManualClock()
    const log: number[] = []
    const tick = () => {
      log.push(clock.now())
      clock.setTimeout(tick, 10)
    }
    clock.setTimeout(tick, 10)
    clock.advance(35)
    expect(log).toEqual([10, 20, 30])
  })

  test('a cleared timer never runs, whoever clears it', () => {
    const clock = createManualClock()
    const log: string[] = []
    const second = { handle: undefined as unknown }
    clock.setTimeout(() => clock.clearTimeout(second.handle), 10)
    second.handle = clock.setTimeout(() => log.push('second'), 10)
    clock.advance(10)
    expect(log).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('jump moves time and runs nothing; what is overdue then runs once, late', () => {
    const clock = createManualClock()
    const log: number[] = []
    clock.setTimeout(() => log.push(clock.now()), 10)
    clock.jump(7_200_000)
    expect(log).toEqual([])
    clock.runDue()
    expect(log).toEqual([7_200_000])
    expect(clock.now()).toBe(7_200_000)
  })

  test('shift sets the clock, and timers run after as long as they would have', () => {
    const clock = createManualClock(1_000)
    const log: number[] = []
    clock.setTimeout(() => log.push(clock.now()), 10)
    clock.shift(-500)
    expect(clock.now()).toBe(500)
    clock.advance(9)
    expect(log).toEqual([])
    clock.advance(1)
    expect(log).toEqual([510])
    clock.shift(3_600_000)
    clock.setTimeout(() => log.push(clock.now()), 10)
    clock.advance(10)
    expect(log).toEqual([510, 3_600_520])
  })

  test('as with the real one, a delay above 2^31-1 ms fires at once, and one of NaN too', () => {
    const clock = createManualClock()
    const log: string[] = []
    clock.setTimeout(() => log.push('long'), 2 ** 31)
    clock.setTimeout(() => log.push('NaN'), Number.NaN)
    clock.setTimeout(() => log.push('longest'), 2 ** 31 - 1)
    clock.runDue()
    expect(log).toEqual(['long', 'NaN'])
  })

  test('a timer that throws is spent, and the clock goes on', () => {
    const clock = createManualClock()
    const log: string[] = []
    clock.setTimeout(() => {
      throw new Error('boom')
    }, 1)
    clock.setTimeout(() => log.push('next'), 2)
    expect(() => clock.advance(5)).toThrow('boom')
    clock.advance(5)
    expect(log).toEqual(['next'])
  })

  test('timers that arm each other in place are reported instead of hanging', () => {
    const clock = createManualClock()
    const spin = () => void clock.setTimeout(spin, 0)
    spin()
    expect(() => clock.advance(1)).toThrow('without time moving on')
  })

  test('advanceAsync lets promises run before, between steps and after', async () => {
    const clock = createManualClock()
    const log: string[] = []
    const chain = async () => {
      for (let i = 0; i < 500; i += 1) await Promise.resolve()
      log.push(`chain@${clock.now()}`)
      clock.setTimeout(() => log.push(`timer@${clock.now()}`), 10)
    }
    void chain()
    await clock.advanceAsync(30, 10)
    expect(log).toEqual(['chain@0', 'timer@10'])
    expect(clock.now()).toBe(30)
  })

  test('advanceAsync runs promise callbacks between timers, each at the time of its timer', async () => {
    const clock = createManualClock()
    const log: string[] = []
    const poll = async () => {
      log.push(`asked@${clock.now()}`)
      for (let i = 0; i < 50; i += 1) await Promise.resolve()
      log.push(`answered@${clock.now()}`)
      if (clock.now() < 25) clock.setTimeout(() => void poll(), 10)
    }
    clock.setTimeout(() => void poll(), 10)
    clock.setTimeout(() => log.push('other@20'), 20)
    await clock.advanceAsync(600_000)
    expect(log).toEqual([
      'asked@10',
      'answered@10',
      'other@20',
      'asked@20',
      'answered@20',
      'asked@30',
      'answered@30',
    ])
    expect([clock.now(), clock.pending]).toEqual([600_000, 0])
  })

  test('of timers at the same time each is followed by its promise callbacks', async () => {
    const clock = createManualClock()
    const log: string[] = []
    for (const name of ['a', 'b'])
      clock.setTimeout(() => {
        log.push(name)
        void Promise.resolve().then(() => log.push(`after ${name}`))
      }, 10)
    await clock.advanceAsync(10)
    expect(log).toEqual(['a', 'after a', 'b', 'after b'])
  })

  test('a timer that the last promise callback arms for the same time runs too', async () => {
    const clock = createManualClock()
    const log: number[] = []
    clock.setTimeout(
      () => void Promise.resolve().then(() => clock.setTimeout(() => log.push(clock.now()), 0)),
      10,
    )
    await clock.advanceAsync(10)
    expect([log, clock.pending]).toEqual([[10], 0])
  })

  test('advanceAsync goes in the order that fake timers of a test runner go in', async () => {
    /** What a client that polls, with a deadline and a retry, does in which order. */
    const trace = async (
      set: (run: () => void, ms: number) => unknown,
      advance: (ms: number) => Promise<unknown>,
    ): Promise<readonly string[]> => {
      const log: string[] = []
      const poll = async (round: number) => {
        log.push(`poll ${round}`)
        await Promise.resolve()
        log.push(`answer ${round}`)
        set(() => void poll(round + 1), round % 2 === 0 ? 1 : 7)
      }
      set(() => log.push('deadline'), 20)
      set(() => void Promise.reject(new Error('lost')).catch(() => log.push('retry')), 14)
      set(() => void poll(1), 5)
      await advance(3)
      await advance(30)
      return log
    }
    const clock = createManualClock()
    const ours = await trace(clock.setTimeout, clock.advanceAsync)
    jest.useFakeTimers()
    try {
      expect(ours).toEqual(await trace(setTimeout, jest.advanceTimersByTimeAsync))
    } finally {
      jest.useRealTimers()
    }
    expect(ours).toContain('poll 6')
  })

  test('timers and promises that arm each other in place are reported instead of hanging', async () => {
    const clock = createManualClock()
    const spin = () => void clock.setTimeout(() => void Promise.resolve().then(spin), 0)
    spin()
    await expect(clock.advanceAsync(1)).rejects.toThrow('without time moving on')
  })
})
