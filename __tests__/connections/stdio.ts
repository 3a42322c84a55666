/** A process of the test’s own as a transport: one JSON text a line. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { OpenTransport } from 'redux-turnkeeper/connections/acp'

/** Starts a script anew for each connection. `started` is told of each process. */
export const overStdio =
  (script: string, started: (child: ChildProcess) => void = () => undefined): OpenTransport =>
  (on) => {
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
    started(child)
    child.stdin.on('error', () => undefined)
    child.on('exit', () => on.close())
    createInterface({ input: child.stdout }).on('line', (line) => on.message(JSON.parse(line)))
    return {
      send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
      close: () => void child.kill(),
    }
  }
