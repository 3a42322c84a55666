/** Serves the chat app and its agent: `npm start`. `PORT` chooses the port; without it a free one is taken. */
import { fileURLToPath } from 'node:url'
import { readFiles } from './files'
import { createChatServer } from './http'

const wanted = process.env.PORT ?? '0'
const port = Number(wanted)
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT must be a whole number from 0 to 65535; it is "${wanted}".`)
  process.exit(1)
}

const server = createChatServer({ files: readFiles(fileURLToPath(new URL('../dist', import.meta.url))) })

try {
  console.log(`The chat app is at ${await server.listen(port)} (Ctrl+C ends it)`)
} catch (error) {
  console.error(
    (error as { code?: string }).code === 'EADDRINUSE'
      ? `Port ${port} is taken: choose another with PORT.`
      : error,
  )
  process.exit(1)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)))
}
