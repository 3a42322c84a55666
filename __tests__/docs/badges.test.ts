/** The badges of the README say what is. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { badges } from './badges'
import { readme, root, sorted } from './pages'

test.each(badges)('%s is current: else `npm run badges`', (path, svg) => {
  expect(existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8')).toBe(svg)
})

test('the README shows each of them, with its words', () => {
  const shown = [...readme.text.matchAll(/!\[([^\]]+)\]\(([^)]+\.svg)\)/g)].map(([, words, path]) => [
    path,
    words,
  ])
  const labels = badges.map(([path, svg]) => [path, /aria-label="([^"]+)"/.exec(svg)?.[1]])
  expect(sorted(shown.map(String))).toEqual(sorted(labels.map(String)))
})
