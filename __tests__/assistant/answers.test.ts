/** What is kept of a port's answer about the assistant: what the rules read, each field checked, and nothing else. */
import { isNotFound, mayRecover, readAnswer } from '../../src/assistant/answers'

const failed = (more: object = {}) => ({ ok: false, status: null, message: null, code: null, ...more })
const up = (more: object = {}) => ({
  ok: true,
  id: null,
  status: '',
  isLocal: false,
  connection: null,
  ...more,
})
const unreadable = Object.defineProperty({ ok: true }, 'data', {
  get() {
    throw new Error('gone')
  },
})

test.each<[unknown, object]>([
  [{ ok: true, data: { id: 'a1', status: 'active' } }, up({ id: 'a1', status: 'active' })],
  [
    { ok: true, data: { id: 'a1', status: 'active', isLocal: true, more: 1 } },
    up({ id: 'a1', status: 'active', isLocal: true }),
  ],
  [{ ok: true, data: { id: '', status: '', isLocal: 'yes' } }, up()],
  [{ ok: true, data: { id: 7, status: 7 } }, up()],
  [{ ok: true, data: 'x' }, up()],
  [{ ok: true }, up()],
  [{ ok: true, data: null }, up()],
  [{ ok: true, data: { connection: { url: '', token: '' } } }, up({ connection: { url: null } })],
  [{ ok: 'true', data: { id: 'a1' } }, failed()],
  [{ ok: false, status: 404 }, failed({ status: 404 })],
  [{ ok: false, status: 404, error: null }, failed({ status: 404 })],
  [{ ok: false, status: '404', error: 'no' }, failed({ message: 'no' })],
  [{ ok: false, error: { message: 'no', code: 'gone' } }, failed({ message: 'no', code: 'gone' })],
  [{ ok: false, error: { message: 7, code: 7 } }, failed()],
  [{ ok: false, error: { message: '', code: '' } }, failed()],
  [null, failed()],
  ['ok', failed()],
  [undefined, failed()],
  [unreadable, failed()],
])('%p', (result, answer) => {
  expect(readAnswer(result)).toEqual(answer)
})

test.each([
  [null, true, false],
  [400, false, false],
  [404, false, true],
  [408, true, false],
  [425, true, false],
  [429, true, false],
  [499, false, false],
  [500, true, false],
  [503, true, false],
])('status %p: may recover %p, is not found %p', (status, recovers, notFound) => {
  const answer = readAnswer({ ok: false, ...(status !== null && { status }) })
  expect([mayRecover(answer), isNotFound(answer)]).toEqual([recovers, notFound])
  const good = { ...answer, ok: true } as never
  expect([mayRecover(good), isNotFound(good)]).toEqual([false, false])
})
