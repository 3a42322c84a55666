/** What runs in the process of a group of figures. */
export function serve(figures) {
  process.on('message', async () => {
    try {
      globalThis.gc?.()
      process.send({ result: await figures() })
    } catch (error) {
      process.send({ error: error.stack })
    }
  })
}
