import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'react/index': 'src/react/index.ts',
    'react/rsc': 'src/react/rsc.ts',
    'adapters/agUi': 'src/adapters/agUi.ts',
    'adapters/codexAppServer': 'src/adapters/codexAppServer.ts',
    'adapters/openCode': 'src/adapters/openCode.ts',
    'adapters/aiSdk': 'src/adapters/aiSdk.ts',
    'testing/index': 'src/testing/index.ts',
    'devtools/index': 'src/devtools/index.ts',
  },
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  splitting: true,
  clean: true,
  target: 'es2020',
  // Neutral: `process.env.NODE_ENV` stays in place, for the app's bundler to decide.
  platform: 'neutral',
})
