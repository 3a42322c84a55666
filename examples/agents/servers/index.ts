import type { ServerKind } from '../harness/server'
import { codex } from './codex'
import { openCode } from './openCode'

export const servers: readonly ServerKind[] = [codex, openCode]
