/** What the scenarios use of `node:util`, for a page. */
export { isEqual as isDeepStrictEqual } from '../../src/conformance/isEqual'
