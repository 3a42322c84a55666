/** Processor time of this process so far, ms: what others do on the same machine is not in it. */
export function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
