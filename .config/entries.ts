/** The entries of the package, as `exports` of package.json names them: where they are put in `dist`, and their source. */
export const ENTRIES = {
  index: 'src/index.ts',
  'features/assistant': 'src/features/assistant.ts',
  'features/tabs': 'src/features/tabs.ts',
  'react/index': 'src/react/index.ts',
  'react/rsc': 'src/react/rsc.ts',
  'adapters/agUi': 'src/adapters/agUi.ts',
  'adapters/codexAppServer': 'src/adapters/codexAppServer.ts',
  'adapters/openCode': 'src/adapters/openCode.ts',
  'adapters/aiSdk': 'src/adapters/aiSdk.ts',
  'adapters/langGraph': 'src/adapters/langGraph.ts',
  'adapters/acp': 'src/adapters/acp.ts',
  'adapters/claudeAgent': 'src/adapters/claudeAgent.ts',
  'adapters/openAiResponses': 'src/adapters/openAiResponses.ts',
  'testing/index': 'src/testing/index.ts',
  'devtools/index': 'src/devtools/index.ts',
  'conformance/index': 'src/conformance/index.ts',
}
