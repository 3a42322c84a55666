/** The agent's own word: by now the turn is over. */
export const GET = () => Response.json({ c1: { running: null, last: { run: 'r1', failed: false } } })
