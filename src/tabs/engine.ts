/** What carries several stores: tabs of one browser, or processes of one service. */

/** Something that one of several stores holds, and no other. */
export interface Claim {
  readonly name: string
  /** With `fenced`: a number that is higher than that of every earlier claim of the name. Else 0. */
  readonly fence: number
  /** Resolves once it is not held any more: released, passed on to another, or expired. */
  readonly lost: Promise<void>
  /** Gives it back. */
  release(): void
}

/** How something is claimed. */
export interface ClaimOptions {
  /** Aborted: the claim is not waited for any more, and given back where it is held. */
  readonly signal: AbortSignal
  /** The claim gets a fencing number. */
  readonly fenced?: boolean | undefined
  /** It is taken from its holder, which may be alive: one that does not answer, or one where nobody is signed in any more. */
  readonly steal?: boolean | undefined
}

/** The connection of one store to the engine. */
export interface EngineLink {
  /**
   * Resolves once the claim is held, which may be never. It outlives its holder in nothing: where that crashes, is closed or
   * lets the claim expire, the next in line gets it.
   *
   * Rejects where the signal is aborted, and where there can be no claims at all.
   */
  claim(name: string, options: ClaimOptions): Promise<Claim>
  /** Sends a message to all other links, in order. It is serialisable. */
  publish(message: unknown): void
  /**
   * Hears the messages of other links: those of one link in the order in which it has sent them, and without a gap. A link
   * that may have missed some loses its claims. Ends with `close`.
   */
  subscribe(listener: (message: unknown) => void): void
  /** What was stored last under this key; `undefined` where nothing is. */
  load(key: string): Promise<unknown>
  /**
   * Stores a value that outlives all links. Resolves to `false`, and stores nothing, where a later claim of that name has
   * been granted: what was believed to be held is lost.
   */
  save(key: string, value: unknown, claim: Claim): Promise<boolean>
  /** Releases all claims, and hears nothing any more. */
  close(): void
}

/** Connects a store. Called once for each, when its effects start. */
export type Engine = () => EngineLink
