/** Law 23: a number that is none changes nothing. */
import { createRichLab, open, payloads, raw } from './payloads'

test.each([
  ['woke', 'sleptMs'],
  ['lookUpClosed', 'nextAt'],
] as const)('%s: %s', async (name, field) => {
  const lab = await createRichLab()
  const [changes] = payloads(lab)[name]
  for (const wrong of [Number.NaN, Infinity, -Infinity])
    expect([wrong, open(lab).tries(raw(name, { ...changes, [field]: wrong }))]).toEqual([wrong, 'nothing'])
})
