/** The provider's model, for the servers that are written with the AI SDK. */
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import type { LanguageModel } from 'ai'
import type { Provider } from '../harness/provider'

export const modelOf = ({
  name,
  baseUrl: baseURL,
  key: apiKey,
  model,
}: Provider): Exclude<LanguageModel, string> =>
  name === 'anthropic'
    ? createAnthropic({ baseURL, apiKey })(model)
    : createOpenAI({ baseURL, apiKey }).chat(model)
