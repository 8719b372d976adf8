import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// The server of a developer's `hongxian serve`, for `npm run dev` only.
const server = process.env['HONGXIAN_URL'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  base: './',
  plugins: [vue()],
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['maplibre-gl'] },
  // Planners' browsers are old; Chrome and Edge 93 is the floor.
  // public/.gitkeep is copied to dist, so that emptying dist keeps the file git knows.
  build: { target: ['chrome93', 'edge93'], chunkSizeWarningLimit: 1200 },
  server: { proxy: Object.fromEntries(['/api', '/tiles', '/style.json', '/basemap'].map((path) => [path, server])) },
  test: { environment: 'happy-dom', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 },
})
