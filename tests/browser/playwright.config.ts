import { defineConfig } from '@playwright/test'

const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  timeout: 60_000,
  // Conditions are waited for, and machines may be busy.
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: true,
  // A test that passes only sometimes is a bug, in it or in Nora.
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      // Chromium's sandbox does not start as root.
      chromiumSandbox: !isRoot,
      args: ['--disable-gpu', '--disable-background-networking', '--disable-quic'],
    },
    locale: 'en-GB',
  },
})
