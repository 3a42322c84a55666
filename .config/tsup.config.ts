import { defineConfig } from 'tsup'
import type { Options } from 'tsup'

const common: Options = {
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
  splitting: true,
  target: 'es2022',
  // Neutral: `process.env.NODE_ENV` stays in place, for the app's bundler to decide.
  platform: 'neutral',
}

export default defineConfig([
  { ...common, format: ['esm', 'cjs'], dts: { only: true } },
  { ...common, format: ['esm'], sourcemap: true },
  // No map: the one that is made for split CommonJS names the folder that it was built in.
  { ...common, format: ['cjs'] },
])
