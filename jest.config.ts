/**
 * @jest-config-loader esbuild-register
 */
import type { Config } from 'jest'

const config: Config = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts', '<rootDir>/__tests__/**/*.test.tsx'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/__tests__/bench/', '<rootDir>/__tests__/e2e/'],
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/examples/.*/dist/',
    '<rootDir>/__tests__/bench/',
    '<rootDir>/__tests__/conformance/',
    '<rootDir>/__tests__/sdk-types/',
  ],
  moduleNameMapper: {
    '^redux-turnkeeper$': '<rootDir>/src/index.ts',
    '^redux-turnkeeper/(assistant|tabs|sharedQueue|sharedAssistant)$': '<rootDir>/src/features/$1.ts',
    '^redux-turnkeeper/(react|testing|devtools|conformance)$': '<rootDir>/src/$1/index.ts',
    '^redux-turnkeeper/(adapters|connections)/([^/]+)$': '<rootDir>/src/$1/$2.ts',
  },
  transform: {
    '^.+\\.tsx?$': [
      'ts-jest',
      {
        // Jest runs CommonJS; `npm run types` checks the types, against tsconfig.json as it stands.
        tsconfig: {
          target: 'ES2022',
          module: 'CommonJS',
          moduleResolution: 'node10',
          jsx: 'react-jsx',
          esModuleInterop: true,
          resolveJsonModule: true,
          isolatedModules: true,
          verbatimModuleSyntax: false,
        },
      },
    ],
  },
  maxWorkers: 2,
  // A worker keeps memory of the suites that it ran: above this it is replaced.
  workerIdleMemoryLimit: '1GB',
  // No test waits on the real clock: this is for machines that do something else as well.
  testTimeout: 60_000,
}

export default config
