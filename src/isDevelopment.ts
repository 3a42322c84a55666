/** Whether this is a development build. Bundlers replace the expression; without one there may be no `process`. */
export const isDevelopment = (): boolean =>
  typeof process === 'undefined' || process.env.NODE_ENV !== 'production'
