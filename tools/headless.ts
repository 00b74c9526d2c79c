import { heapFlags } from '../src-main/core/platform/workers/heap-limits.ts';

/** How Node runs a headless console, so that it keeps no memory that it doesn't need. */
export const headless = {
  flags: heapFlags(),
  /** What compiling PostGIS frees goes back to the system: glibc keeps it in an arena of each thread, eight a core. */
  env: { MALLOC_ARENA_MAX: '2' },
};
