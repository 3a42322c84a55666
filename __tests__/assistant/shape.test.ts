/** Law 23: what an action of the assistant must carry, field by field, and how a wrong one is reported. */
import * as internal from '../../src/assistant'
import { malformed } from '../../src/assistant'

const KINDS = {
  text: { good: ['x', ''], bad: [7, true, {}], name: 'a string' },
  number: { good: [0, 1.5, -1], bad: [NaN, Infinity, '1'], name: 'a finite number' },
  flag: { good: [true, false], bad: [0, 'true', {}], name: 'true or false' },
  object: { good: [{}, { a: 1 }], bad: ['x', 7, [], [1]], name: 'an object' },
} as const
type KindName = keyof typeof KINDS

const claim = { nonce: 'text', generation: 'number', keeperId: 'text' } as const
const reply = { nonce: 'text', generation: 'number', answer: 'object' } as const
/** A `?` after the kind: null and undefined will do. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, KindName | `${KindName}?`>>>> = {
  [internal.assistantInputsChanged.type]: {
    signedIn: 'flag',
    loading: 'flag',
    retired: 'flag',
    nonProduction: 'flag',
    platformSession: 'flag',
    userId: 'text?',
    assistantId: 'text?',
    redirect: 'text?',
    gatewayAuth: 'object?',
  },
  [internal.assistantAnswered.type]: { answer: 'object' },
  [internal.assistantCheckRequested.type]: { retry: 'flag' },
  [internal.assistantVersionChosen.type]: { version: 'text?' },
  [internal.networkChanged.type]: { online: 'flag' },
  [internal.assistantInitOverdue.type]: { generation: 'number', deadline: 'number' },
  [internal.assistantAttached.type]: { keeperId: 'text' },
  [internal.assistantClaimShown.type]: claim,
  [internal.assistantCheckClaimed.type]: claim,
  [internal.assistantHatchClaimed.type]: claim,
  [internal.assistantRetireClaimed.type]: claim,
  [internal.assistantProbeClaimed.type]: claim,
  [internal.assistantChecked.type]: reply,
  [internal.assistantHatched.type]: reply,
  [internal.assistantRetired.type]: reply,
  [internal.assistantProbed.type]: reply,
}

const kindOf = (word: string) => ({
  ...KINDS[word.replace('?', '') as KindName],
  mayBeMissing: word.endsWith('?'),
})
const rows = Object.entries(FIELDS).flatMap(([type, fields]) =>
  Object.entries(fields).map(([field, word]) => [type, field, word] as const),
)
const goodPayload = (type: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(FIELDS[type]!).map(([field, word]) => [field, kindOf(word).good[0]]))

test.each(rows)('%s: %s takes a %s', (type, field, word) => {
  const { good, bad, name, mayBeMissing } = kindOf(word)
  const told = (value: unknown) => malformed({ type, payload: { ...goodPayload(type), [field]: value } })
  const missing = [null, undefined]
  for (const value of [...good, ...(mayBeMissing ? missing : [])])
    expect([value, told(value)]).toEqual([value, null])
  for (const value of [...bad, ...(mayBeMissing ? [] : missing)])
    expect(told(value)).toContain(
      `${type}: "${field}" must be ${name}${mayBeMissing ? ', or null' : ''}; it was given`,
    )
})

test.each(Object.keys(FIELDS))('%s needs a payload', (type) => {
  for (const payload of [undefined, null, 'x', 7, []])
    expect(malformed({ type, payload })).toBe(`${type} needs a payload.`)
})

test('what was given is told: a text in short, anything else by its type', () => {
  const { type } = internal.networkChanged
  const given = (online: unknown) => /given (.*)\.$/.exec(malformed({ type, payload: { online } })!)?.[1]
  expect(given('x'.repeat(50))).toBe(`"${'x'.repeat(40)}"`)
  expect([given(null), given(undefined), given(7), given({})]).toEqual([
    'null',
    'undefined',
    'number',
    'object',
  ])
})

test('each action goes by its name, as logs and recordings have it', () => {
  const types = Object.entries(internal).flatMap(([name, value]) =>
    typeof value === 'function' && 'type' in value ? [[name, value.type] as const] : [],
  )
  expect(types).toHaveLength(18)
  for (const [name, type] of types) {
    const short = name.replace(/^assistant./, (start) => start.at(-1)!.toLowerCase())
    expect([name, type]).toEqual([name, `turnkeeper/assistant/${short}`])
  }
})

test('actions of others, and those that need nothing, are well formed', () => {
  expect(malformed({ type: 'app/else' })).toBeNull()
  expect(malformed({ type: internal.assistantDoubted.type })).toBeNull()
})
