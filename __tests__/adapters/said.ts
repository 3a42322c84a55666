import type { Signal } from '../../src/adapters/signal'

/** Signals as one line each: the type, the ids, and what else is said. `null` is no id. */
export const said = (signals: readonly Signal[]): readonly string[] =>
  signals.map(({ type, payload }) => {
    const {
      conversationId,
      turnId,
      runId,
      requestId,
      reason,
      kind,
      how,
      status,
      callId,
      text,
      error,
      child,
      parent,
    } = payload as unknown as Record<string, string | undefined> & {
      readonly error?: { readonly message: string }
    }
    const what = requestId ?? reason ?? kind ?? how ?? status
    return [
      type.replace(/^turnkeeper\/(signals\/)?/, ''),
      conversationId,
      turnId,
      runId,
      what,
      callId,
      text,
      error?.message,
      child,
      parent,
    ]
      .filter((word) => word !== undefined && word !== null)
      .join(' ')
  })
