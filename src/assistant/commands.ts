import type { ThunkAction, UnknownAction } from '@reduxjs/toolkit'
import { assistantCheckRequested, assistantVersionChosen } from './actions'
import type { AssistantKind } from './types'

/** A command that tells what came of it. */
export type AssistantCommand = ThunkAction<Promise<AssistantKind>, unknown, unknown, UnknownAction>

/** What will come of a check that was asked for, by the payload of the action that asked. Put here by the keeper. */
const outcomes = new WeakMap<object, Promise<AssistantKind>>()

export const promiseOutcome = (payload: object, outcome: Promise<AssistantKind>): void =>
  void outcomes.set(payload, outcome)

const request =
  (retry: boolean): AssistantCommand =>
  async (dispatch) => {
    const action = assistantCheckRequested({ retry })
    dispatch(action)
    return outcomes.get(action.payload) ?? 'loading'
  }

/**
 * Checks the assistant now. The promise resolves to the kind that the answer led to, or at once to the present one where
 * nothing can be checked: before the inputs are there, and where the keeper was disposed of (`'loading'`). It never rejects.
 */
export const checkAssistant = (): AssistantCommand => request(false)
/** The same, with the budgets given anew: what a "Try again" button dispatches. */
export const retryAssistant = (): AssistantCommand => request(true)
/** Starts an assistant of this version. While one starts or is up it changes nothing. */
export const hatchVersion = (version?: string) => assistantVersionChosen({ version: version ?? null })
