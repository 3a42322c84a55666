/** What the rules need to know of the options. Durations in ms. */
export interface RulesConfig {
  /** There is a look-up: unnamed endings are hints. Without one they end a turn that has shown life. */
  readonly looks: boolean
  readonly ackTimeout: number
  readonly lookUpAfter: number
  readonly recheckAfter: number
  readonly registrationWindow: number
  readonly lookUpTimeout: number
  readonly hardLimit: number | null
  readonly historySize: number
  readonly sideRunExpiry: number
  readonly sendWhileBusy: 'queue' | 'send'
  readonly onUserStop: 'drain' | 'hold'
  readonly stopScope: 'turn' | 'conversation'
  readonly holdSendWhileStopping: number
}

export const defaultRules: RulesConfig = {
  looks: false,
  ackTimeout: 20_000,
  lookUpAfter: 10_000,
  recheckAfter: 5_000,
  registrationWindow: 20_000,
  lookUpTimeout: 15_000,
  hardLimit: null,
  historySize: 100,
  sideRunExpiry: 600_000,
  sendWhileBusy: 'queue',
  onUserStop: 'drain',
  stopScope: 'turn',
  holdSendWhileStopping: 10_000,
}
