import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { isEqual } from '../../src/conformance/isEqual'

test.each<[unknown, unknown]>([
  [null, {}],
  [[], {}],
  [[1], { 0: 1 }],
  [
    [1, 2],
    [2, 1],
  ],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: undefined }, { b: undefined }],
  [{ a: { b: [1] } }, { a: { b: [2] } }],
  [0, '0'],
])('%j is not %j', (one, other) => {
  expect(isEqual(one, other)).toBe(false)
  expect(isEqual(other, one)).toBe(false)
})

test('what JSON holds is equal to its copy, in whatever order its names are', () => {
  expect(isEqual({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBe(true)
  fc.assert(
    fc.property(fc.jsonValue(), (value) => isEqual(value, JSON.parse(JSON.stringify(value))) === true),
    { seed: 1 },
  )
})

test('two values are the same as Node finds them', () => {
  const value = fc.jsonValue({ maxDepth: 1 }).map((one) => JSON.parse(JSON.stringify(one)) as unknown)
  fc.assert(
    fc.property(value, value, (one, other) => isEqual(one, other) === isDeepStrictEqual(one, other)),
    { seed: 1 },
  )
})
