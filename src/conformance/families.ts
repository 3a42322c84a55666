/** The kinds of bug that the scenarios are about: what happens in each. */
export const FAMILIES: Readonly<Record<string, string>> = {
  'anonymous-signal': 'an event names no turn, or not even a conversation',
  attention: 'a question waits, or a turn ends, where nobody looks',
  'child-auxiliary': 'a title, a subagent or another channel starts and ends',
  'how-it-ended': 'why a turn stopped, and whether any text came',
  'human-input': 'the turn waits for a person, for long, or over a reload',
  'liveness-time': 'silence, sleep, a hidden page, a clock that jumps',
  'lost-terminal': 'the end never comes',
  'multi-client': 'another tab or device works in the conversation',
  'partial-settlement': 'one place is cleared, and another is not',
  'queue-dispatch': 'messages that wait leave too early, twice, or never',
  'restart-replay': 'the backend restarts, or history is replayed',
  'scope-identity': 'a conversation changes its id, ids are reused',
  'snapshot-race': 'a poll answers after newer evidence came in',
  'stale-terminal': 'an end of the turn before comes late',
  'stop-lifecycle': 'Stop is pressed too early, twice, or its answer is lost',
  'submit-ambiguity': 'nobody knows whether the prompt arrived',
}
