import { defineConfig } from '@playwright/test'

// HONGXIAN_URL names a running server that holds the schematic county; without
// it the specs run against the fixture server with canned answers, but for those
// of real/, which need what a server keeps. What goes wrong is the fixture's alone.
const real = process.env['HONGXIAN_URL']
const fixture = 'http://127.0.0.1:4179/'

export default defineConfig({
  testDir: 'test/e2e',
  testIgnore: real ? ['trouble.spec.ts'] : ['real/**'],
  workers: 1,
  retries: 0,
  timeout: real ? 180_000 : 60_000,
  // Fonts are smoothed differently from one machine to the next; a figure that moved is more than that.
  expect: { timeout: 20_000, toHaveScreenshot: { maxDiffPixelRatio: 0.02, threshold: 0.3, stylePath: 'test/e2e/still.css' } },
  snapshotPathTemplate: '{testDir}/snapshots/{arg}{ext}',
  ignoreSnapshots: !real,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    testIdAttribute: 'data-test',
    baseURL: real ?? fixture,
    viewport: { width: 1366, height: 768 }, // a planner's screen
    contextOptions: { reducedMotion: 'reduce' }, // a software GPU takes 0.2 s a frame; flights cost 20 of them
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ],
    },
  },
  ...(real ? {} : { webServer: { command: 'node test/e2e/fixture/server.mjs 4179', url: fixture } }),
})
