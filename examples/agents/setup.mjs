/** Installs the servers, where they are not yet, or where the lock has changed since. */
import { execSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'

const lock = 'package-lock.json'
const installed = 'node_modules/.installed-lock.json'
const isInstalled = existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lock, 'utf8')
if (!isInstalled) {
  // OpenCode's packages for other platforms stand in the lock without a checksum: it was made where they are not to be had.
  execSync('npm ci --loglevel=error', { stdio: 'inherit' })
  copyFileSync(lock, installed)
}
