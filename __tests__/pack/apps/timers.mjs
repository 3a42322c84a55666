/** Loaded before a server: says which timers code of the app's own bundle sets, with the first frame of it. */
for (const name of ['setTimeout', 'setInterval']) {
  const original = globalThis[name]
  globalThis[name] = Object.assign(function (...args) {
    const frame = new Error().stack?.split('\n').find((line) => /\.next\/server\/(chunks|app)\//.test(line))
    const isOurs = frame !== undefined && !/node_modules/.test(frame)
    if (isOurs) process.stderr.write(`TIMER ${name} ${args[1]} ${frame.trim()}\n`)
    return original.apply(this, args)
  }, original)
}
