import { createAction } from '@reduxjs/toolkit'

/** Ends the keeper's effects in one store: no timer, listener or request is left. */
export const keeperDisposed = createAction('turnkeeper/disposed')
/** Answered by the middleware with the store's own context; never reaches a reducer. */
export const contextRequested = createAction('turnkeeper/internal/contextRequested')
