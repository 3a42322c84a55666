/** Reads a CPU profile by whose code was running. */
import { SourceMap } from 'node:module'
import type { SourceMapPayload, SourceMapping } from 'node:module'
import type { Files } from '../../examples/chat/server/files'

export const OURS = 'redux-turnkeeper'

interface Frame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[]
  readonly samples?: readonly number[]
  /** Time between the samples, in microseconds. */
  readonly timeDeltas?: readonly number[]
}

export interface Shares {
  /** How long was watched, ms. */
  readonly total: number
  /** Time by owner, ms, the most first. */
  readonly byOwner: readonly (readonly [owner: string, ms: number])[]
  /** The package's own functions, as "file: line", ms, the most first. */
  readonly ours: readonly (readonly [place: string, ms: number])[]
  /** For how long the package ran each time before anything else did, ms. */
  readonly stretches: readonly number[]
}

function ownerOf(source: string): string {
  const lib = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(source)?.[1]
  if (lib !== undefined) return lib
  if (source.includes('/examples/') || source.includes('/web/') || source.startsWith('web/'))
    return 'the example app'
  return source.includes('/src/') ? OURS : 'the bundle'
}

const byTime = (times: ReadonlyMap<string, number>) => [...times].sort(([, a], [, b]) => b - a)

export function readProfile({ nodes, samples = [], timeDeltas = [] }: Profile, files: Files): Shares {
  const maps = new Map<string, SourceMap>()
  for (const [path, { body }] of files) {
    if (path.endsWith('.map'))
      maps.set(path.slice(0, -'.map'.length), new SourceMap(JSON.parse(body.toString()) as SourceMapPayload))
  }
  const places = new Map<number, string>()
  const nameOf = (id: number, { functionName, url, lineNumber, columnNumber }: Frame): string => {
    if (url === '') return functionName || '(anonymous)'
    const entry = (
      URL.canParse(url) ? maps.get(new URL(url).pathname)?.findEntry(lineNumber, columnNumber) : undefined
    ) as Partial<SourceMapping> | undefined
    if (entry?.originalSource === undefined || entry.originalLine === undefined) return 'the tests'
    places.set(id, `${entry.originalSource.replace(/^.*\/src\//, 'src/')}:${entry.originalLine + 1}`)
    return ownerOf(entry.originalSource)
  }
  const owners = new Map<number, string>(nodes.map(({ id, callFrame }) => [id, nameOf(id, callFrame)]))

  const times = new Map<string, number>()
  const ours = new Map<string, number>()
  const stretches: number[] = []
  let stretch = 0
  let total = 0
  samples.forEach((id, i) => {
    const ms = (timeDeltas[i + 1] ?? 0) / 1_000
    const owner = owners.get(id) ?? 'unknown'
    total += ms
    times.set(owner, (times.get(owner) ?? 0) + ms)
    if (owner === OURS) {
      stretch += ms
      const place = places.get(id) ?? ''
      ours.set(place, (ours.get(place) ?? 0) + ms)
    } else if (stretch > 0) {
      stretches.push(stretch)
      stretch = 0
    }
  })
  return { total, stretches, byOwner: byTime(times), ours: byTime(ours) }
}
