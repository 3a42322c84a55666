/** A history as tests and people read it: a line for each step. */
import type { HistoryInput, Step } from './history'

interface Written extends Omit<HistoryInput, 'steps'> {
  readonly steps: readonly string[]
}

export function stepOf(line: string): Step {
  const words = line.split(' ')
  const [a, b] = words.splice(-2).map(Number)
  return { what: words.join(' '), a: a!, b: b! }
}

export const written = ({ steps, ...rest }: HistoryInput): string =>
  JSON.stringify(
    { ...rest, steps: steps.map(({ what, a, b }) => `${what} ${a} ${b}`) } satisfies Written,
    null,
    2,
  )

export function historyOf(text: string): HistoryInput {
  const { steps, ...rest } = JSON.parse(text) as Written
  return { ...rest, steps: steps.map(stepOf) }
}
