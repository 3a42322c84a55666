import { createManualClock } from '../../src/testing'

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
})
