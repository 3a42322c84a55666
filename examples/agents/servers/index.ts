import { acp } from './acp'
import type { ServerKind } from '../harness/server'
import { agUi } from './agUi'
import { aiSdk, aiSdkPlain } from './aiSdk'
import { claudeAgent } from './claudeAgent'
import { codex } from './codex'
import { langGraph } from './langGraph'
import { openAi } from './openAi'
import { openCode } from './openCode'

export const servers: readonly ServerKind[] = [
  codex,
  openCode,
  agUi,
  aiSdk,
  aiSdkPlain,
  langGraph,
  acp,
  claudeAgent,
  openAi,
]
