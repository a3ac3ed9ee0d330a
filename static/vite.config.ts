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
        // Browsers keep it by its address, so its name must not change with its content.
        'push-worker': 'src/portal/push-worker.ts',
      },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === 'push-worker' ? 'push-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
})
