/** What runs in the process of a group of figures. */
export function serve(figures) {
  process.on('message', async (request) => {
    try {
      globalThis.gc?.()
      process.send({ result: await figures(request) })
    } catch (error) {
      process.send({ error: error.stack })
    }
  })
}
