import { defineConfig } from 'vitest/config';

/** Functions without a process, a database or a clock of their own. */
const pure = ['src-renderer/**/*.test.ts', 'src-renderer/**/*.test.tsx', 'src-shared/**/*.test.ts'];
/** They replace modules or globals. */
const mocking = ['src-renderer/{desktop,map/base/vector-data,pages/orders/scan-station/scan-queue}.test.ts'];

const others = ['src-main/**/*.test.ts', 'src-worker/**/*.test.ts', 'tools/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['tools/testing/global-setup.ts'],
    // Two keep two cores busy; a third works while tests of outages and kills wait for something to come back.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, exclude: mocking, isolate: false } },
      { extends: true, test: { name: 'apart', include: [...others, ...mocking] } },
    ],
  },
});
