// Taken when this module loads, so that fake timers installed later do not hold it up.
const macrotask: (run: () => void) => unknown =
  (globalThis as { setImmediate?: (run: () => void) => unknown }).setImmediate ??
  ((run) => globalThis.setTimeout(run, 0))

/** Resolves when all promise callbacks that can run now have run, however long their chain. */
export const flushMicrotasks = (): Promise<void> => new Promise((resolve) => void macrotask(resolve))
