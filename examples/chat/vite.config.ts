import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const src = fileURLToPath(new URL('../../src', import.meta.url))

export default defineConfig({
  plugins: [react()],
  // The package by its own name, from its sources; an app has it from npm and needs none of this.
  resolve: {
    alias: [
      { find: /^redux-turnkeeper$/, replacement: `${src}/index.ts` },
      {
        find: /^redux-turnkeeper\/(assistant|tabs|sharedQueue|sharedAssistant)$/,
        replacement: `${src}/features/$1.ts`,
      },
      { find: /^redux-turnkeeper\/(react|devtools)$/, replacement: `${src}/$1/index.ts` },
      { find: /^redux-turnkeeper\/(adapters|connections)\/(.+)$/, replacement: `${src}/$1/$2.ts` },
    ],
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 1_500, reportCompressedSize: false },
  logLevel: 'warn',
})
