import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/testing/longest-first.ts';

/** Functions without a process, a database or a clock of their own. */
const pure = ['src-renderer/**/*.test.ts', 'src-renderer/**/*.test.tsx', 'src-shared/**/*.test.ts'];
/** They replace modules or globals, or look at what a module or the process keeps. */
const alone = [
  'src-renderer/{desktop,map/base/vector-data,pages/orders/scan-station/scan-queue}.test.ts',
  'src-main/core/keys/{generator,p224}/*.test.ts',
  'src-main/core/offline/link/link.test.ts',
  'src-main/core/platform/logs/log-file.test.ts',
  'src-main/electron/{crash,lock,main,utility-worker}.test.ts',
  'src-worker/**/*.test.ts',
  'tools/leaks/private-keys-stay.test.ts',
];
const others = ['src-main/**/*.test.ts', 'tools/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['tools/testing/global-setup.ts'],
    // Two keep two cores busy; a third works while tests of outages and kills wait for something to come back.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, exclude: alone, isolate: false } },
      // A process with all of the core in it costs as much as the tests of a usual file. The core keeps nothing outside of
      // what is passed to it, so that its tests share one. Node runs them as it runs the product.
      {
        extends: true,
        test: {
          name: 'core',
          include: others,
          exclude: alone,
          isolate: false,
          experimental: { viteModuleRunner: false, nodeLoader: false },
        },
      },
      { extends: true, test: { name: 'apart', include: alone } },
    ],
  },
});
