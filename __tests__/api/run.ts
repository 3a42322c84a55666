/** Writes the API reports anew. What they show is public: a change of them goes into the changelog. */
import { execFileSync } from 'node:child_process'
import { apiReports, isCurrent, write } from './report'

execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
for (const report of apiReports()) {
  console.log(`${isCurrent(report) ? 'same   ' : 'written'} ${report.file}`)
  write(report)
}
