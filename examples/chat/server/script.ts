/** What the agent does for a prompt: a list of steps, made by pure functions. */
import type { TaskPlan } from './tasks'

/** One thing that the agent does, `after` ms after the one before it. */
export type Step = { readonly after: number } & (
  | { readonly kind: 'think'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: string }
  | { readonly kind: 'result'; readonly text: string }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'ask'; readonly questions: readonly Question[] }
  | { readonly kind: 'retry'; readonly attempt: number; readonly limit: number; readonly inMs: number }
  | { readonly kind: 'task'; readonly plan: TaskPlan }
  | { readonly kind: 'schedule'; readonly inMs: number; readonly name: string }
)

export interface Question {
  readonly prompt: string
  /** `choice` offers `options`, `secret` hides what is typed, `text` is free. */
  readonly kind: 'choice' | 'secret' | 'text'
  readonly options: readonly string[]
}

const WORD = 70
const THOUGHT = 250

/** Text as a model streams it: a few letters at a time. */
const spoken = (text: string, pause = WORD): Step[] =>
  (text.match(/\S+\s*/g) ?? []).map((word) => ({ after: pause, kind: 'say', text: word }))

const thought = (text: string): Step[] =>
  (text.match(/\S+\s*/g) ?? []).map((word) => ({ after: THOUGHT, kind: 'think', text: word }))

const used = (name: string, args: object, result: string, takes: number): Step[] => [
  { after: 200, kind: 'call', name, args: JSON.stringify(args) },
  { after: takes, kind: 'result', text: result },
]

const BODIES = [
  'Three things stand out. The first is small and can be done today. The second needs somebody to decide, and I would ask before Thursday. ' +
    'The third can wait: nothing depends on it, and it will be clearer once the other two are settled.',
  'The short version: it works, but only when the steps run in this order. Start with the part that everything else reads, check that it is right, ' +
    'and only then touch the rest. I would keep the old way for a week, in case somebody still relies on it.',
  'There are two ways to go. One is quicker and leaves a mess for later; the other takes an afternoon and then never comes up again. ' +
    'Given what you told me I would take the afternoon. The list below is in the order in which I would do it.',
]
const LONG =
  'It is worth going through this slowly, since each part depends on the one before it. To begin with, look at what is there now and write it down, even where it seems obvious. ' +
  'Then take away whatever nobody can explain, one piece at a time, and see whether anybody misses it. What is left is usually half as much, and twice as clear. '

const TASKS: readonly TaskPlan[] = [
  { name: 'Read the notes of last year', takes: 22_000 },
  { name: 'Compare the prices', takes: 30_000, rests: { after: 6_000, for: 8_000 } },
]

const PASSWORD: Question = {
  prompt: 'What is the password? It goes to the agent alone.',
  kind: 'secret',
  options: [],
}
const TRAIN: Question = {
  prompt: 'Which one shall I take?',
  kind: 'choice',
  options: ['The morning train', 'The night train', 'Neither'],
}
const HOTEL: Question = { prompt: 'In which part of town shall the hotel be?', kind: 'text', options: [] }

const pick = <T>(from: readonly T[], by: string): T => {
  let sum = 0
  for (const letter of by) sum = (sum * 31 + letter.charCodeAt(0)) % 9973
  return from[sum % from.length] as T
}

const quoted = (prompt: string): string => (prompt.length > 60 ? `${prompt.slice(0, 57).trimEnd()}…` : prompt)

/**
 * The steps that answer a prompt. "ask", "choose" or "book" in it leads to a question, "trip" to two at once, "password" or
 * "secret" to a secret one, "long" to an answer of half a minute, "quick" to a short one, "research" to tasks that go on after
 * the turn, "later" to a wake-up.
 */
export function answerTo(prompt: string): Step[] {
  const has = (...words: string[]) => words.some((word) => new RegExp(`\\b${word}`, 'i').test(prompt))
  if (has('quick')) return spoken('Done. That one was quick.')
  if (has('research')) {
    return [
      ...thought('This is too much for one turn.'),
      ...TASKS.map((plan): Step => ({ after: 200, kind: 'task', plan })),
      ...spoken('I have two helpers on it. They go on after this answer, and you can write meanwhile.'),
    ]
  }
  if (has('later')) {
    return [
      ...thought('There is nothing to do yet.'),
      { after: 200, kind: 'schedule', inMs: 20_000, name: 'look at the build' },
      ...spoken('The build takes a while. I look at it again by myself in 20 seconds.'),
    ]
  }
  if (has('password', 'secret'))
    return [...thought('This needs signing in.'), { after: 300, kind: 'ask', questions: [PASSWORD] }]
  if (has('trip')) {
    return [
      ...thought('I should check before I go on.'),
      ...spoken('Before I go on, two questions. '),
      { after: 200, kind: 'ask', questions: [TRAIN, HOTEL] },
    ]
  }
  if (has('ask', 'choose', 'book')) {
    return [
      ...thought('I should check before I go on.'),
      ...spoken('Before I go on, one question. '),
      { after: 200, kind: 'ask', questions: [TRAIN] },
    ]
  }
  return [
    ...thought('Let me look at what there is.'),
    ...used('search_notes', { query: quoted(prompt) }, '3 notes found, the newest from yesterday.', 1_200),
    ...spoken(`You asked: “${quoted(prompt)}”. `),
    ...spoken(has('long') ? LONG + LONG + LONG : pick(BODIES, prompt)),
  ]
}

export interface Answered {
  readonly question: Question
  readonly answer: string
}

/** What follows when all questions are answered. A secret answer is not repeated. */
export function afterAnswers(answered: readonly Answered[]): Step[] {
  const hasSecret = answered.some(({ question }) => question.kind === 'secret')
  const answers = answered.map(({ answer }) => answer)
  return [
    ...thought('Thank you.'),
    ...used('confirm', { with: hasSecret ? '(hidden)' : answers.join(', ') }, 'ok', 800),
    ...spoken(
      hasSecret
        ? 'Signed in. All of it is done now.'
        : `${answers.map((answer) => `“${answer}”`).join(' and ')} it is. I have noted it, and the rest is done.`,
    ),
  ]
}

/** A prompt that was added to the running turn is answered at once. */
export const onSteer = (prompt: string): Step[] => spoken(`(Noted: “${quoted(prompt)}”.) `)

/** The model is overloaded: each attempt waits, and is made again. */
export const retries = (first: number, limit: number, inMs: number): Step[] =>
  Array.from({ length: 2 }, (_, i) => ({
    after: i === 0 ? THOUGHT : inMs,
    kind: 'retry',
    attempt: first + i,
    limit,
    inMs,
  }))
