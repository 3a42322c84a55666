/** What `npm run agents` does, seen working: the chat app, and a provider whose key is in the environment. */
import { startModel } from '../model'
import { driveChat } from '../page/drive'
import { openLab, openSite } from './lab'
import type { Site } from './lab'
import { realProvider } from './provider'

export interface PageCase {
  readonly name: string
  /** @throws Where it does not work. */
  run(site: Site): Promise<void>
}

export const pageCases: readonly PageCase[] = [
  { name: 'the chat app: an answer, a question, a reload, a stop', run: driveChat },
  {
    name: 'the key of a provider is used, at its base URL',
    async run({ kind }) {
      const provider = await startModel()
      const env = { OPENAI_API_KEY: 'a key', OPENAI_BASE_URL: `${provider.url}/v1` }
      const site = await openSite(kind, realProvider(env, kind.providers))
      const lab = openLab(site)
      try {
        const prompt = lab.submit(await lab.conversation(), 'normal')
        await lab.over(prompt.conversationId, 60_000)
        const calls = [provider, site.model].map((model) => model.callsOf(prompt.token))
        if (lab.recordOf(prompt)?.outcome !== 'complete' || calls.join() !== '1,0')
          throw new Error(
            `${lab.recordOf(prompt)?.outcome}; calls at the provider, and at the model: ${calls}`,
          )
      } finally {
        await lab.close()
        await site.close()
        await provider.close()
      }
    },
  },
]
