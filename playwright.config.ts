import { defineConfig } from '@playwright/test';
import { electronBinary } from './tools/electron-binary.ts';
import { findBrowser } from './tools/testing/browser.ts';
import { sameFonts } from './tools/testing/fonts.ts';
import { specsOfTheDemo } from './tools/testing/selection.ts';

const browser = findBrowser();
/** As root in a container, Chromium has no sandbox of its own; without these flags it also calls home. */
const flags = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const launchOptions = {
  args: [...flags, ...asRoot],
  env: { ...(process.env as Record<string, string>), ...sameFonts(import.meta.dirname) },
  ...(browser ? { executablePath: browser } : {}),
};

const ofTheDemo = specsOfTheDemo(import.meta.dirname);

/**
 * One set of specs, two targets: the headless host in a browser, and the Electron window where its binary is found. What
 * looks at the demo company runs in one worker, which makes the company once; the specs that start consoles of their own
 * run beside it, and in its place when it is done.
 */
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/prepare.ts',
  outputDir: 'test-results',
  // Two keep two cores busy.
  workers: 2,
  timeout: 90_000,
  // The same pictures on every machine: neither platform nor browser is in their names.
  snapshotPathTemplate: '{testDir}/{testFileDir}/pictures/{arg}{ext}',
  expect: {
    timeout: 15_000,
    toHaveScreenshot: { timeout: 30_000, animations: 'disabled', caret: 'hide', maxDiffPixelRatio: 0.005 },
  },
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? 'test-results/report.json' }]],
  use: {
    actionTimeout: 10_000,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    // `--trace on` records a run to look at; always recording makes every step a third slower.
    trace: 'off',
    locale: 'en-GB',
    timezoneId: 'UTC',
    // No step waits for something to fade in.
    contextOptions: { reducedMotion: 'reduce' },
  },
  projects: [
    { name: 'demo', testMatch: ofTheDemo, workers: 1, use: { launchOptions } },
    { name: 'browser', testIgnore: ofTheDemo, workers: 2, use: { launchOptions } },
    ...(electronBinary(import.meta.dirname) === null
      ? []
      : [
          {
            name: 'electron',
            workers: 1,
            // What speaks HTTP to the headless host has no address in the desktop; neither has the demo company.
            testIgnore: ['api-*.spec.ts', 'fetcher.spec.ts', 'offline-*.spec.ts', ...ofTheDemo],
            metadata: { target: 'electron' },
            use: { launchOptions },
          },
        ]),
  ],
});
