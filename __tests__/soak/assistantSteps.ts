/** The assistant: what its host does, and what becomes of what is asked of it. */
import { assistantDoubted, checkAssistant, retryAssistant } from 'redux-turnkeeper/assistant'
import type { HatchRequest } from 'redux-turnkeeper/assistant'
import { answering, dispatching } from './world'
import type { Take } from './world'

const status = (code: number) => ({ ok: false, status: code })

export const ASSISTANT_STEPS: Readonly<Record<string, Take>> = {
  'host: proceeds': ({ host }) => host.proceed(),
  'host: the assistant vanishes': ({ host }) => host.vanish(),
  'host: the assistant restarts': ({ host }) => host.restart(),
  'assistant: checked': answering('get', ({ host }, request) =>
    request.settle(host.get(request.request as { readonly assistantId?: string })),
  ),
  'assistant: check fails': answering('get', (_world, request, b) =>
    b % 2 === 0 ? request.fail() : request.settle(status(b === 1 ? 404 : 502)),
  ),
  'assistant: hatched': answering('hatch', ({ host }, request) =>
    request.settle(host.hatch(request.request as HatchRequest)),
  ),
  'assistant: hatched, no answer': answering('hatch', ({ host }, request) => {
    host.hatch(request.request as HatchRequest)
    request.fail()
  }),
  'assistant: not hatched': answering('hatch', (_world, request, b) =>
    b % 3 === 0 ? request.fail() : request.settle(status(b % 3 === 1 ? 502 : 403)),
  ),
  'assistant: retired': answering('retire', ({ host }, request, b) => {
    const answer = host.retire(request.request as string)
    if (b % 3 === 0) request.fail()
    else request.settle(answer)
  }),
  'assistant: not retired': answering('retire', (_world, request) => request.settle(status(502))),
  'assistant: doubted': dispatching(() => assistantDoubted()),
  'assistant: check it': dispatching(() => checkAssistant()),
  'assistant: try again': dispatching(() => retryAssistant()),
  'network goes': ({ client }, a) => {
    client.page(a)?.environment.emit('offline')
    return client.clock.advanceAsync(0)
  },
  'network is back': ({ client }, a) => {
    client.page(a)?.environment.emit('online')
    return client.clock.advanceAsync(0)
  },
}
