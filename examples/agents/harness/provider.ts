/** Whose model the servers ask: one that is none, or a real provider's where its usual key is in the environment. */
export interface Provider {
  readonly name: 'fake' | 'openai' | 'anthropic'
  /** Without a slash at the end; it has `/responses`, `/chat/completions` or `/messages`. */
  readonly baseUrl: string
  readonly key: string
  readonly model: string
}

export const fakeProvider = (url: string): Provider => ({
  name: 'fake',
  baseUrl: `${url}/v1`,
  key: 'fake',
  model: 'fake-model',
})

const KNOWN = [
  { name: 'openai', prefix: 'OPENAI', baseUrl: 'https://api.openai.com/v1', model: 'gpt-5-mini' },
  {
    name: 'anthropic',
    prefix: 'ANTHROPIC',
    baseUrl: 'https://api.anthropic.com/v1',
    model: 'claude-sonnet-4-5',
  },
] as const

/**
 * The real provider that the environment has a key of (`OPENAI_API_KEY`, `ANTHROPIC_API_KEY`), if the server can use it.
 * `OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL` and `AGENTS_MODEL` are heeded.
 */
export function realProvider(
  env: Readonly<Record<string, string | undefined>>,
  usable: readonly Provider['name'][],
): Provider | undefined {
  for (const { name, prefix, baseUrl, model } of KNOWN) {
    const key = env[`${prefix}_API_KEY`]
    if (!key || !usable.includes(name)) continue
    const url = env[`${prefix}_BASE_URL`] ?? baseUrl
    return { name, baseUrl: url.replace(/\/+$/, ''), key, model: env['AGENTS_MODEL'] ?? model }
  }
  return undefined
}
