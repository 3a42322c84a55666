/** One process a contender, and rounds that take turns, so that what slows the machine slows all of them. */
import { fork } from 'node:child_process'

export function spawn(file) {
  const child = fork(file, { execArgv: ['--expose-gc'] })
  const ask = (request) =>
    new Promise((resolve, reject) => {
      const done = (settle) => (value) => {
        child.off('message', onMessage).off('exit', onExit)
        settle(value)
      }
      const onMessage = ({ result, error }) =>
        error ? done(reject)(new Error(`${file}\n${error}`)) : done(resolve)(result)
      const onExit = (code) => done(reject)(new Error(`${file} exited with ${code}`))
      child.on('message', onMessage).on('exit', onExit)
      child.send(request)
    })
  return { ask, end: () => child.kill() }
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The medians of what objects of numbers say under each key. */
export const medians = (results) =>
  Object.fromEntries(
    Object.keys(results[0]).map((key) => [key, median(results.map((result) => result[key]))]),
  )
