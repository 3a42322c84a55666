import type { Environment } from './types'

interface Target {
  addEventListener(type: string, listener: () => void): void
  removeEventListener(type: string, listener: () => void): void
}

/** What a page knows of itself, read late: nothing without a DOM, where a keeper runs all the same. */
export function pageEnvironment(): Environment {
  const page = globalThis as { document?: Target & { readonly hidden: boolean }; window?: Target }
  return {
    get page() {
      return page.document !== undefined
    },
    hidden: () => page.document?.hidden ?? false,
    subscribe(listener) {
      const { document, window } = page
      const seen = () => listener(document?.hidden ? 'hidden' : 'visible')
      const online = () => listener('online')
      const offline = () => listener('offline')
      document?.addEventListener('visibilitychange', seen)
      window?.addEventListener('online', online)
      window?.addEventListener('offline', offline)
      return () => {
        document?.removeEventListener('visibilitychange', seen)
        window?.removeEventListener('online', online)
        window?.removeEventListener('offline', offline)
      }
    },
  }
}
