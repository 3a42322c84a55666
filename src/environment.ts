import type { Environment } from './types'

interface Target {
  addEventListener?(type: string, listener: () => void): void
  removeEventListener?(type: string, listener: () => void): void
}
interface Platform {
  readonly document?: Target & { readonly hidden?: boolean }
  readonly window?: Target
  readonly navigator?: { readonly product?: string }
}

/**
 * What a page knows of itself, read late. React Native counts as a page without events: hand in an environment of your own,
 * made from `AppState`, to hear of the app going to the background. On a server there is none.
 */
export function pageEnvironment(): Environment {
  const platform = globalThis as Platform
  return {
    get page() {
      return platform.document !== undefined || platform.navigator?.product === 'ReactNative'
    },
    hidden: () => platform.document?.hidden ?? false,
    subscribe(listener) {
      const { document, window } = platform
      const seen = () => listener(document?.hidden ? 'hidden' : 'visible')
      const online = () => listener('online')
      const offline = () => listener('offline')
      document?.addEventListener?.('visibilitychange', seen)
      window?.addEventListener?.('online', online)
      window?.addEventListener?.('offline', offline)
      return () => {
        document?.removeEventListener?.('visibilitychange', seen)
        window?.removeEventListener?.('online', online)
        window?.removeEventListener?.('offline', offline)
      }
    },
  }
}
