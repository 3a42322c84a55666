/** What is compared, the goals, and the tables. */

export const LOADS = [
  { inFlight: 10, conversations: 1_000 },
  { inFlight: 100, conversations: 1_000 },
  { inFlight: 1_000, conversations: 10_000 },
]

/** In the order of the table. `limit`: what ours may take of its time, at most. */
export const CONTENDERS = {
  turnkeeper: { title: 'redux-turnkeeper' },
  map: { title: 'a plain Map, no store (the floor)', limit: 1.4 },
  zustandSparse: { title: "zustand, this package's layout", limit: 1.1 },
  xstate: { title: 'XState, an actor a turn', limit: 1 },
  saga: { title: 'redux-saga', limit: 1 },
  observable: { title: 'redux-observable', limit: 1 },
  xstateStore: { title: '@xstate/store', limit: 1 },
  zustandRecord: { title: 'zustand, a record of all conversations', limit: 1 },
  rtkSlice: { title: 'RTK createSlice (Immer)', limit: 1 },
  rtkObvious: { title: 'RTK entity adapter, a condition() a turn', limit: 1 },
}

const ratio = (value) => `${Number(value.toPrecision(3))} ×`
const times = (value) => `${value < 9.95 ? value.toPrecision(2) : Math.round(value)} ×`
const kB = (bytes) => `${(bytes / 1_000).toFixed(2)} kB`
const bytes = (value) => `${Math.round(value)} B`
const count = (value) => String(value)
const ms = (value) => `${value.toFixed(2)} ms`
const row = (title, value, limit, show = ratio) => ({ title, value, limit, show, met: value <= limit })
/** What Redux itself costs there: to compare with, and no goal. */
const reference = (title, value) => ({ title, value, show: ratio, met: true })

/** The figures of the package alone, each with its goal. */
function figureRows(figures, sizes) {
  const adapter = Math.max(...Object.values(sizes.adapters))
  return [
    row('progress that shows nothing new, of a bare dispatch', figures.progress, 1.6),
    row("the same with RTK's listener middleware before it", figures.progressBehindListener, 2.3),
    row(
      'the same with 1,000 subscribers, of a bare dispatch with them',
      figures.progressWithSubscribers,
      0.05,
    ),
    row('an action of the app, of the same store without this package', figures.unrelated, 1.5),
    reference('the same without this package, with three more slices that do nothing', figures.idleSlices),
    reference('start + end at 10 in flight, of two bare', figures.startAndEnd),
    row('10 → 1,000 in flight: progress', figures.inFlightProgress, 1.3),
    row('10 → 1,000 in flight: start + end', figures.inFlightPair, 2),
    row('0 → 100,000 idle conversations: progress', figures.idleProgress, 1.05),
    row('0 → 100,000 idle conversations: start + end', figures.idlePair, 1.25),
    row('start + end beside 5,000 idle sessions', figures.besideSessions, 1.5),
    row('start + end beside 10,000 drafts', figures.besideDrafts, 1.5),
    row('start + end beside 10,000 queued conversations', figures.besideQueued, 1.5),
    row('a signal of an unknown conversation, the 10,000th, of the first', figures.lateStranger, 2),
    row('timers with 1,000 in flight', figures.timersInFlight, 1, count),
    row('timers after the last end', figures.timersAfter, 0, count),
    row('timers after dispose()', figures.timersDisposed, 0, count),
    row('dispose() with 1,000 in flight', figures.disposeMs, 0.5, ms),
    row('memory a running turn', figures.bytesPerTurn, 1_200, bytes),
    row('growth a turn, over 100,000 turns', figures.growthBytesPerTurn, 1, bytes),
    row('status checks at once, for 50 running conversations', figures.requestsAtOnce, 1, count),
    row('min + gzip: core', sizes.core, 24_000, kB),
    row('min + gzip: core with the assistant', sizes.assistant, 28_000, kB),
    row('min + gzip: the largest adapter', adapter, 1_200, kB),
    row('min + gzip: react', sizes.react, 1_000, kB),
    row('min + gzip: only endTurn', sizes.endTurn, 1_000, kB),
    reference('min + gzip: XState, in kB', sizes.xstate / 1_000),
  ]
}

/** What ours takes of the time of another contender, at each load. */
const against = (trace, name, what) =>
  LOADS.map(({ inFlight }) => trace[inFlight].turnkeeper[what] / trace[inFlight][name][what])

export function report({ trace, figures, sizes }) {
  const contenders = Object.entries(CONTENDERS).map(([name, { title, limit }]) => {
    const ours = against(trace, name, 'whole')
    return {
      name,
      title,
      limit,
      events: against(trace, name, 'events'),
      ours,
      met: limit === undefined || Math.max(...ours) <= limit,
    }
  })
  const rows = figureRows(figures, sizes)
  const loads = LOADS.map(({ inFlight }) => inFlight.toLocaleString('en'))
  const cells = (ratios) => ratios.map((ratio) => times(1 / ratio)).join(' | ')
  const micros = LOADS.map(({ inFlight }) => `${trace[inFlight].turnkeeper.whole.toFixed(2)} µs`).join(' | ')

  const lines = [
    `| time of the trace, ours = 1; in flight: | ${loads.join(' | ')} | events alone: ${loads.join(' | ')} | ours may take | |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...contenders.map(({ title, limit, ours, events, met }) =>
      limit === undefined
        ? `| ${title}, an event | ${micros} | | | | | |`
        : `| ${title} | ${cells(ours)} | ${cells(events)} | ≤ ${limit} of it | ${mark(met)} |`,
    ),
    '',
    '| figure | goal | reached | |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ title, value, limit, show, met }) =>
      limit === undefined
        ? `| ${title} | | ${show(value)} | |`
        : `| ${title} | ≤ ${show(limit)} | ${show(value)} | ${mark(met)} |`,
    ),
  ]
  const all = [...contenders, ...rows].filter(({ limit }) => limit !== undefined)
  const missed = all.filter(({ met }) => !met).map(({ title }) => title)
  const summary =
    `bench: ${all.length - missed.length} of ${all.length} goals reached` +
    (missed.length > 0 ? `; missed: ${missed.join('; ')}` : '')
  return {
    lines,
    summary,
    ratios: {
      trace,
      against: Object.fromEntries(
        contenders.map(({ name, ours, events }) => [name, { whole: ours, events }]),
      ),
      figures,
      sizes,
      missed,
    },
  }
}

const mark = (met) => (met ? 'reached' : 'missed')
