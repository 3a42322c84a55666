/** A browser, and the modules of React Native, for code that needs more than requests and streams. */
import { createBrowser } from './browser'
import { createPlatform } from './platform'
import type { World } from './runner'

/** An app on a device: it goes to the background, and loses its network, when the test says so. */
export function createDevice() {
  const appListeners = new Set<(state: string) => void>()
  const netListeners = new Set<(state: { readonly isConnected: boolean | null }) => void>()
  const AppState = {
    currentState: 'active',
    addEventListener(_type: 'change', listener: (state: string) => void) {
      appListeners.add(listener)
      return { remove: () => void appListeners.delete(listener) }
    },
  }
  const NetInfo = {
    addEventListener(listener: (state: { readonly isConnected: boolean | null }) => void) {
      netListeners.add(listener)
      return () => void netListeners.delete(listener)
    },
  }
  return {
    modules: {
      'react-native': { AppState },
      '@react-native-community/netinfo': { __esModule: true, default: NetInfo },
    },
    become(state: string): void {
      AppState.currentState = state
      appListeners.forEach((listener) => listener(state))
    },
    connect(isConnected: boolean): void {
      netListeners.forEach((listener) => listener({ isConnected }))
    },
    listeners: () => appListeners.size + netListeners.size,
  }
}

/** Where the agent itself is not installed: no query is begun, and no session is there. */
const agentSdk = {
  '@anthropic-ai/claude-agent-sdk': {
    query: () => {
      throw new Error('There is no agent here.')
    },
    getSessionMessages: () => Promise.resolve([]),
  },
}

type Example = readonly [name: string, run: () => Promise<void>]

/** A platform that has all of it; `examples` are the tests that code has declared. */
export function createWorld(world: World = {}) {
  const examples: Example[] = []
  const test = (...example: Example): void => void examples.push(example)
  const device = createDevice()
  const platform = createPlatform({
    ...world,
    globals: { ...createBrowser(), test, expect, ...world.globals },
    modules: { ...device.modules, ...agentSdk, ...world.modules },
  })
  return { ...platform, examples, device }
}
