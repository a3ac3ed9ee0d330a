import { defineConfig } from 'vitest/config'

// Browsers of about 2023 and later; phones older than that get the page without script.
const BROWSERS = ['chrome111', 'edge111', 'firefox114', 'safari16.4']

export default defineConfig({
  base: '/static/',
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'assets',
    manifest: 'manifest.json',
    target: BROWSERS,
    cssTarget: BROWSERS,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        main: 'src/main.ts',
        player: 'src/courses/player.ts',
        discussions: 'src/community/discussions.ts',
        sealed: 'src/community/chat/index.tsx',
        // Browsers keep it by its address, so its name must not change with its content.
        'push-worker': 'src/portal/push-worker.ts',
      },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === 'push-worker' ? 'push-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  // One file, so that the site can send it with a content policy of its own (static_headers.py).
  worker: {
    format: 'es',
    rolldownOptions: { output: { entryFileNames: 'assets/e2ee-worker-[hash].js' } },
  },
  test: {
    environment: 'node', // a document is made for the files that ask for one
    include: ['src/**/*.test.{ts,tsx}'],
    // These only end what hangs: how long a test takes on a machine that others use too says nothing.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
