/**
 * Pages that Playwright does not attach to. It emulates focus in each of its own, which keeps them visible, and a visible page
 * is not frozen.
 */
import type { Browser, CDPSession } from 'playwright-core'

export interface RawPage {
  evaluate<Result>(expression: string): Promise<Result>
  setState(state: 'frozen' | 'active'): Promise<void>
  close(): Promise<void>
  /** Its process is gone. */
  crash(): void
}

interface Reply {
  readonly id?: number
  readonly result?: { readonly result?: { readonly value?: unknown } }
  readonly error?: { readonly message: string }
}

class Attached implements RawPage {
  private next = 0
  private readonly waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>()

  constructor(
    private readonly browser: CDPSession,
    private readonly sessionId: string,
    private readonly targetId: string,
  ) {
    browser.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
      const reply = JSON.parse(message) as Reply
      if (from !== sessionId || reply.id === undefined) return
      const asked = this.waiting.get(reply.id)
      this.waiting.delete(reply.id)
      if (reply.error) asked?.reject(new Error(reply.error.message))
      else asked?.resolve(reply)
    })
  }
  async close(): Promise<void> {
    await this.browser.send('Target.closeTarget', { targetId: this.targetId })
  }
  crash(): void {
    // What crashes does not answer.
    this.send('Page.crash', {}).catch(() => undefined)
  }
  private send(method: string, params: object): Promise<Reply> {
    const id = ++this.next
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      const message = JSON.stringify({ id, method, params })
      this.browser.send('Target.sendMessageToTarget', { sessionId: this.sessionId, message }).catch(reject)
    })
  }
  async evaluate<Result>(expression: string): Promise<Result> {
    const reply = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    return reply.result?.result?.value as Result
  }
  async setState(state: 'frozen' | 'active'): Promise<void> {
    await this.send('Page.setWebLifecycleState', { state })
  }
}

/** Opens pages of one context of their own. */
export async function rawContext(browser: Browser) {
  const session = await browser.newBrowserCDPSession()
  const { browserContextId } = await session.send('Target.createBrowserContext')
  return {
    async open(url: string): Promise<RawPage> {
      const { targetId } = await session.send('Target.createTarget', { url, browserContextId })
      const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false })
      return new Attached(session, sessionId, targetId)
    },
    /** Ends the shared workers of this context. */
    async endWorkers(): Promise<void> {
      const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'shared_worker' }] })
      for (const { targetId, browserContextId: of } of targetInfos)
        if (of === browserContextId) await session.send('Target.closeTarget', { targetId })
    },
    async close(): Promise<void> {
      await session.send('Target.disposeBrowserContext', { browserContextId })
      await session.detach()
    },
  }
}
