/**
 * What one half of a heap's young generation may hold, in megabytes. V8 lets it grow several times larger, which is never
 * given back, and saves a busy worker a few per cent of its time.
 */
const SEMI_SPACE_MB = 8;

/** A young generation is three of them. */
export const YOUNG_MB = 3 * SEMI_SPACE_MB;

/** Flags of a process that is one of several, with its own limit where it has one. */
export const heapFlags = (limits?: { heapMb: number }): string[] => [
  `--max-semi-space-size=${SEMI_SPACE_MB}`,
  ...(limits ? [`--max-old-space-size=${limits.heapMb}`] : []),
];
