/** Calls a function of the app's. What it throws must not stop the reading of a stream, nor be swallowed. */
export function callSafely<Args extends readonly unknown[]>(
  callback: ((...args: Args) => unknown) | undefined,
  ...args: Args
): void {
  try {
    callback?.(...args)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
