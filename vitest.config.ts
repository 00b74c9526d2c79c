import { defineConfig } from 'vitest/config';
import { unitTestPatterns } from './tools/testing/selection.ts';

export default defineConfig({
  test: {
    include: unitTestPatterns,
    globalSetup: ['tools/testing/global-setup.ts'],
    // Each embedded database takes most of a gigabyte and a core while it starts.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
