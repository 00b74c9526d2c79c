import { type Faults, usualFaults, withFaults } from './simulator/faults.ts';

/**
 * The usual faults, with answers cut at 1,500 reports: seldom enough that a cycle over all trackers takes a minute, and
 * often enough to see the fetcher learn the cap and halve its batches. Fewer reports are thrown far off, lest journeys
 * look as if trackers left their places all the time, and fewer trackers are missing for hours, lest it be the one that
 * somebody has just scanned.
 */
export const demoFaults: Faults = withFaults(usualFaults, { cap: 1500, inaccurate: 0.03, missing: 0.004 });
