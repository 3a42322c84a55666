import type { App } from '../app'
import type { Line } from '../recording'

/** Plays one line: what the client sent as a command, what came in as signals, what was answered as answers. */
export type Player = (line: Line) => void | Promise<void>

export type CreatePlayer = (app: App, lines: readonly Line[]) => Player
