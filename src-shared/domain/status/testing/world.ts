import fc from 'fast-check';
import type { FenceMatch, FoldReport, HistoryEntry, RunWindow, StatusRules } from '../types.ts';

/** A report with its distance to every fence of the world, near or far. */
export interface WorldReport extends Omit<FoldReport, 'matches'> {
  distances: number[];
}
export interface WorldFence {
  locationId: number;
  kind: FenceMatch['kind'];
  radiusM: number;
}
export interface World {
  fences: WorldFence[];
  reports: WorldReport[];
  run: RunWindow | null;
  rules: StatusRules;
}

const HOUR = 3_600_000;

/** Few values, so that ties, boundaries (d = r, d = r + a), equal times and equal reports are common. */
export const anyWorld: fc.Arbitrary<World> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('storage' as const, 'delivery' as const),
      radiusM: fc.constantFrom(50, 100, 200),
    }),
    { maxLength: 4 },
  )
  .chain((fences) =>
    fc.record({
      fences: fc.constant(fences.map((fence, i) => ({ ...fence, locationId: 10 + i }))),
      reports: fc.array(
        fc.record({
          at: fc.integer({ min: 0, max: 60 }).map((n) => n * (HOUR / 4)),
          hash: fc.constantFrom('00', '7f', 'ff'),
          position: fc.option(
            fc.record({
              longitude: fc.constantFrom(-180, -179.9, 0, 0.1, 179.9, 180),
              latitude: fc.constantFrom(-90, -45, 0, 0.1, 89.9, 90),
            }),
            { freq: 8 },
          ),
          accuracyM: fc.constantFrom(0, 10, 50, 255),
          distances: fc.array(fc.constantFrom(0, 25, 50, 60, 100, 110, 150, 200, 500), {
            minLength: fences.length,
            maxLength: fences.length,
          }),
        }),
        { maxLength: 40 },
      ),
      run: fc.option(
        fc
          .tuple(fc.integer({ min: -5, max: 65 }), fc.integer({ min: 0, max: 65 }))
          .map(([start, length]) => ({ startsAt: start * (HOUR / 4), endsAt: (start + length) * (HOUR / 4) })),
        { freq: 8 },
      ),
      rules: fc.record({
        exitConfirmations: fc.constantFrom(1, 1, 2, 3),
        maxAccuracyM: fc.constantFrom(null, null, 50, 100),
      }),
    }),
  )
  .map((world) => ({ ...world, reports: firstOfEach(world.reports) }));

/** Two reports with the same key are one report. */
function firstOfEach(reports: WorldReport[]): WorldReport[] {
  return [...new Map(reports.map((report) => [`${report.at} ${report.hash}`, report])).values()];
}

/** A report as matching hands it to the fold. */
export function seen(world: World, report: WorldReport): FoldReport {
  const matches = world.fences
    .map((fence, i) => ({ ...fence, distanceM: report.distances[i]! }))
    .filter((match) => match.distanceM <= match.radiusM + report.accuracyM);
  return { at: report.at, hash: report.hash, position: report.position, accuracyM: report.accuracyM, matches };
}

/**
 * The rules a second time, written from their text rather than the code: for each report it looks back over all earlier
 * ones. Takes reports in any order, repeated or not.
 */
export function bruteForceHistory(world: World): HistoryEntry[] {
  const { fences, run, rules } = world;
  const counted = firstOfEach(world.reports)
    .filter((report) => report.position !== null && run !== null)
    .filter((report) => run!.startsAt <= report.at && report.at < run!.endsAt)
    .filter((report) => !(rules.maxAccuracyM !== null && report.accuracyM > rules.maxAccuracyM))
    .sort((a, b) => (a.at === b.at ? Number.parseInt(a.hash, 16) - Number.parseInt(b.hash, 16) : a.at - b.at));

  const rows: (HistoryEntry & { index: number })[] = [];
  counted.forEach((report, index) => {
    const now = rows.at(-1);
    const heldIndex = fences.findIndex((fence) => fence.locationId === now?.locationId);
    const surelyOutside = (of: WorldReport) => of.distances[heldIndex]! > fences[heldIndex]!.radiusM + of.accuracyM;
    // The unbroken series of surely-outside reports since the fence was entered, up to this one.
    const sinceEntered = heldIndex < 0 ? [] : counted.slice(now!.index + 1, index + 1);
    const lastInside = sinceEntered.findLastIndex((of) => !surelyOutside(of));
    const streak = sinceEntered.slice(lastInside + 1);
    const leaves = streak.length >= rules.exitConfirmations;
    const candidates = fences
      .map((fence, i) => ({ ...fence, ratio: report.distances[i]! / fence.radiusM, i }))
      .filter((fence) => fence.ratio <= 1 || (fence.i === heldIndex && !leaves))
      .sort(
        (a, b) =>
          Number(b.kind === 'delivery') - Number(a.kind === 'delivery') ||
          a.ratio - b.ratio ||
          a.locationId - b.locationId,
      );
    const best = candidates[0];
    const status = !best ? 'IN_TRANSIT' : best.kind === 'delivery' ? 'DELIVERED' : 'IN_STORAGE';
    const locationId = best?.locationId ?? null;
    if (now && now.status === status && now.locationId === locationId) return;
    const enteredAt = heldIndex >= 0 && leaves ? streak[0]!.at : report.at;
    rows.push({ status, locationId, cause: { at: report.at, hash: report.hash }, enteredAt, index });
  });
  return rows.map(({ index: _, ...row }) => row);
}
