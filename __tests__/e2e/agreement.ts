/** Whether page and server agree: on what runs, on how the last turns ended, and on what was said. */
import type { World } from './world'

/** Where they do not agree, in words; `null` where they do. */
export async function disagreement({ page, server: { agent } }: World): Promise<string | null> {
  const shown = await page.evaluate(() => {
    const state = window.recorder.state()
    if (!state) return null
    const { active, ended } = window.recorder.turns()
    return {
      ids: state.threads.list.map(({ id }) => id),
      active,
      ended,
      transcripts: state.transcripts.filter(({ id }) => id === state.threads.selected),
    }
  })
  if (!shown) return null
  const status = agent.status(shown.ids)
  for (const id of shown.ids) {
    const { turnId = '', last } = status[id]!
    const running = shown.active.flatMap((turn) => (turn.conversationId === id ? [turn.turnId] : []))
    if (running.join() !== turnId) return `${id}: the page has [${running}], the server ${turnId}`
    const record = shown.ended.find((ended) => ended.turnId === last?.turnId)
    if (record && record.outcome !== last?.outcome)
      return `${id}: ${record.outcome} here, ${last?.outcome} there`
  }
  for (const { id, messages } of shown.transcripts) {
    const said = agent.transcript(id).messages.map(({ text }) => text)
    const texts = messages.map(({ text }) => text)
    if (said.some((text) => !texts.includes(text))) return `${id}: something that was said is not shown`
  }
  return null
}
