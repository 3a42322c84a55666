import { createApp } from './app'
import type { Report } from './app'
import { connects, playAgUi } from './players/agUi'
import { playAiSdk } from './players/aiSdk'
import { playCodex } from './players/codex'
import { playOpenCode } from './players/openCode'
import type { CreatePlayer } from './players/player'
import { readRecording } from './recording'
import type { Protocol, Recording } from './recording'

const PLAYERS: Readonly<Record<Protocol, CreatePlayer>> = {
  codex: playCodex,
  opencode: playOpenCode,
  agui: playAgUi,
  aisdk: playAiSdk,
}

/** Whether the protocol, or the recorded client, has a status check. */
const hasStatusCheck = ({ protocol, lines }: Recording): boolean =>
  protocol === 'codex' || protocol === 'opencode' || (protocol === 'agui' && lines.some(connects))

/** Plays one recording into a store of its own, and tells how everything stands in the end. */
export async function replay(path: string): Promise<Report> {
  const recording = readRecording(path)
  const app = createApp({ hasStatusCheck: hasStatusCheck(recording) })
  for (const number of recording.unreadable) app.problem('recording', `Line ${number} is no JSON.`)
  const play = PLAYERS[recording.protocol](app, recording.lines)
  try {
    for (const line of recording.lines) {
      await app.until(line.t)
      try {
        await play(line)
      } catch (error) {
        app.problem('recording', `Line ${line.number} cannot be played: ${error}`)
      }
      await app.settle()
    }
    await app.end()
    return app.report()
  } finally {
    app.dispose()
  }
}
