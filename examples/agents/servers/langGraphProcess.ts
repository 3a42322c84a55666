/** The process of a LangGraph server. Arguments: port, provider, a file in the folder that it keeps its threads in. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer } from '@langchain/langgraph-api/server'

const [port = '0', provider = '', file = ''] = process.argv.slice(2)
process.env['GRAPH_PROVIDER'] = provider

await startServer({
  port: Number(port),
  nWorkers: 10,
  host: '127.0.0.1',
  cwd: dirname(file),
  graphs: { agent: `${fileURLToPath(new URL('langGraphGraph.ts', import.meta.url))}:graph` },
})
