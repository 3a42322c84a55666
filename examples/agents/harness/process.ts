/** A server's process. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerProcess {
  start(): Promise<void>
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
  stop(): Promise<void>
}

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Whether the server answers. */
  isReady(): Promise<boolean>
}

const STARTING = 150_000

/** SIGTERM is not obeyed by every server in mid-turn: after this time it is killed, ms. */
const TERMINATING = 3_000

export function createProcess({ file, args, cwd, env, isReady }: Command): ServerProcess {
  let child: ChildProcess | undefined
  let output = ''
  const isGone = () => child === undefined || child.exitCode !== null || child.signalCode !== null
  const gone = async (limit: number): Promise<boolean> => {
    const until = Date.now() + limit
    while (!isGone() && Date.now() < until) await sleep(20)
    return isGone()
  }
  return {
    async start() {
      const path = { PATH: process.env['PATH'] ?? '' }
      child = spawn(file, args, { cwd, env: { ...path, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
      const keep = (text: Buffer) => (output = (output + String(text)).slice(-4_000))
      child.stdout?.on('data', keep)
      child.stderr?.on('data', keep)
      const until = Date.now() + STARTING
      while (!(await isReady().catch(() => false))) {
        if (isGone() || Date.now() > until) throw new Error(`${file} does not start:\n${output}`)
        await sleep(50)
      }
    },
    async signal(name) {
      child?.kill(name)
      if (name === 'SIGKILL') await gone(5_000)
      if (name === 'SIGTERM' && !(await gone(TERMINATING))) {
        child?.kill('SIGKILL')
        await gone(5_000)
      }
    },
    async stop() {
      if (isGone()) return
      child?.kill('SIGCONT')
      child?.kill('SIGKILL')
      await gone(5_000)
    },
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
