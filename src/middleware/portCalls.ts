import type { UnknownAction } from '@reduxjs/toolkit'
import type { ShapeCheck } from '../reducer'
import type { Clock, PortContext } from '../types'
import { toError } from './errors'
import type { OpenRequests } from './requests'
import type { Scheduler } from './scheduler'
import type { KeeperDispatch, PortCall, PortRequest, PortReply } from './types'

/** A port that has failed this often in a row is reported. */
const FAILURES_REPORTED = 3

/** Calls ports, and makes actions of what comes of it. */
export function createPortCalls(store: {
  readonly requests: OpenRequests
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly dispatch: KeeperDispatch
  readonly getState: () => unknown
  readonly isDisposed: () => boolean
  readonly wrongWith: ShapeCheck
  readonly reportError: (error: unknown, raisedBy: string) => void
  readonly reportProblem: (kind: string, message: string, detail?: unknown) => void
}) {
  const { requests, scheduler, clock, dispatch, getState, reportProblem } = store
  const timeouts = scheduler.createLane()
  const failures = new Map<string, number>()

  const portContext = (signal: AbortSignal): PortContext => ({ signal, dispatch, getState })

  function count(port: string, hasFailed: boolean, error?: unknown): void {
    const inARow = hasFailed ? (failures.get(port) ?? 0) + 1 : 0
    failures.set(port, inARow)
    if (inARow === FAILURES_REPORTED)
      reportProblem(
        `failing ${port}`,
        `The port "${port}" has failed ${FAILURES_REPORTED} times in a row: ${toError(error).message}`,
        error,
      )
  }

  /** What a port throws outside its promise counts as a rejection. Aborted, or too late: rejected, whatever the port does. */
  async function request<Value>({
    port,
    nonce,
    call,
    timeoutMs,
  }: PortRequest<Value>): Promise<PortReply<Value>> {
    const signal = requests.open(nonce)
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(new Error(`The request "${port}" was aborted.`)), {
        once: true,
      }),
    )
    let isTooLate = false
    if (timeoutMs !== undefined)
      timeouts.set(nonce, clock.now() + timeoutMs, () => {
        // What was pointless already, as after a sleep, is not too late.
        isTooLate = !signal.aborted
        requests.abort(nonce)
      })
    try {
      const value = await Promise.race([aborted, callSafely(() => call(portContext(signal)))])
      if (store.isDisposed()) return { kind: 'disposed' }
      count(port, false)
      return { kind: 'answered', value }
    } catch (error) {
      if (store.isDisposed()) return { kind: 'disposed' }
      if (signal.aborted && !isTooLate) return { kind: 'aborted' }
      count(port, true, error)
      return { kind: 'failed', error }
    } finally {
      requests.close(nonce)
      timeouts.clear(nonce)
    }
  }

  async function callPort<Value>(portCall: PortCall<Value>): Promise<void> {
    const { port, answered, lost } = portCall
    const reply = await request(portCall)
    if (reply.kind === 'disposed' || reply.kind === 'aborted') return
    const tell = (told: UnknownAction | readonly UnknownAction[]): void =>
      listOf(told).forEach((action) => dispatch(action))
    if (reply.kind === 'failed') return tell(lost(reply.error))
    let told: readonly UnknownAction[]
    try {
      told = listOf(answered(reply.value))
      for (const action of told) {
        const wrong = store.wrongWith(action) ?? null
        if (wrong !== null) throw new TypeError(wrong)
      }
    } catch (error) {
      const { message } = toError(error)
      reportProblem(
        `answer ${port}`,
        `The port "${port}" resolved to what it should not: ${message}`,
        reply.value,
      )
      told = listOf(lost(new TypeError(`The answer of "${port}" could not be read.`)))
    }
    tell(told)
  }

  return { request, callPort, portContext }
}

const listOf = (told: UnknownAction | readonly UnknownAction[]): readonly UnknownAction[] =>
  Array.isArray(told) ? told : [told as UnknownAction]

const callSafely = async <Value>(call: () => Promise<Value> | Value | undefined): Promise<Value> =>
  (await call()) as Value
