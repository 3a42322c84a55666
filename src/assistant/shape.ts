import type { UnknownAction } from '@reduxjs/toolkit'
import * as actions from './actions'

/** What a field takes, and how that is said to whoever gave something else. */
interface Kind {
  readonly takes: (value: unknown) => boolean
  readonly name: string
}
type Fields = Readonly<Record<string, Kind>>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const orNull = ({ takes, name }: Kind): Kind => ({
  takes: (value) => value == null || takes(value),
  name: `${name}, or null`,
})
const text: Kind = { takes: (value) => typeof value === 'string', name: 'a string' }
const number: Kind = { takes: Number.isFinite, name: 'a finite number' }
const flag: Kind = { takes: (value) => typeof value === 'boolean', name: 'true or false' }
const object: Kind = { takes: isObject, name: 'an object' }

const claim: Fields = { nonce: text, generation: number, keeperId: text }
const reply: Fields = { nonce: text, generation: number, answer: object }

/** The fields that an action of the assistant cannot do without, by type. */
const createShapes = (): ReadonlyMap<string, Fields> =>
  new Map<string, Fields>([
    [
      actions.assistantInputsChanged.type,
      {
        signedIn: flag,
        loading: flag,
        retired: flag,
        nonProduction: flag,
        platformSession: flag,
        userId: orNull(text),
        assistantId: orNull(text),
        redirect: orNull(text),
        gatewayAuth: orNull(object),
      },
    ],
    [actions.assistantAnswered.type, { answer: object }],
    [actions.assistantCheckRequested.type, { retry: flag }],
    [actions.assistantVersionChosen.type, { version: orNull(text) }],
    [actions.networkChanged.type, { online: flag }],
    [actions.assistantInitOverdue.type, { generation: number, deadline: number }],
    [actions.assistantAttached.type, { keeperId: text }],
    [actions.assistantClaimShown.type, claim],
    [actions.assistantCheckClaimed.type, claim],
    [actions.assistantHatchClaimed.type, claim],
    [actions.assistantRetireClaimed.type, claim],
    [actions.assistantProbeClaimed.type, claim],
    [actions.assistantChecked.type, reply],
    [actions.assistantHatched.type, reply],
    [actions.assistantRetired.type, reply],
    [actions.assistantProbed.type, reply],
  ])

let shapes: ReadonlyMap<string, Fields> | undefined

/** What is wrong with an action of the assistant, in words; `null` for a well-formed one, and for any other action. */
export function malformed({ type, payload }: UnknownAction): string | null {
  shapes ??= createShapes()
  const fields = shapes.get(type)
  if (!fields) return null
  if (!isObject(payload)) return `${type} needs a payload.`
  for (const [field, { takes, name }] of Object.entries(fields)) {
    const given = payload[field]
    if (!takes(given)) return `${type}: "${field}" must be ${name}; it was given ${said(given)}.`
  }
  return null
}

function said(given: unknown): string {
  if (typeof given === 'string') return `"${given.slice(0, 40)}"`
  return given === null ? 'null' : typeof given
}
