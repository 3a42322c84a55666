/** A WebSocket for an agent that speaks ACP over its standard input and output. Arguments: port, command as JSON. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { WebSocketServer } from 'ws'
import type { Command } from '../harness/process'

const [port = '0', command = ''] = process.argv.slice(2)
const { file, args, cwd, env } = JSON.parse(command) as Omit<Command, 'isReady'>

// Each connection has a process of its own, as with an editor.
new WebSocketServer({ port: Number(port), host: '127.0.0.1' }).on('connection', (socket) => {
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  createInterface({ input: child.stdout }).on('line', (line) => socket.send(line))
  child.on('exit', () => socket.close())
  child.stdin.on('error', () => socket.close())
  socket.on('message', (message) => child.stdin.write(`${String(message)}\n`))
  socket.on('close', () => child.kill('SIGKILL'))
})
