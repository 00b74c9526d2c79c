import fc from 'fast-check';
import type { FenceMatch, FenceTimes, FoldReport, HistoryEntry, RunWindow, StatusRules } from '../types.ts';

/** A report with its distance to every fence of the world, near or far. */
export interface WorldReport extends Omit<FoldReport, 'matches'> {
  distances: number[];
}
/** A fence in one of its shapes: several of one location follow one another, perhaps with gaps. */
export interface WorldFence {
  locationId: number;
  kind: FenceMatch['kind'];
  radiusM: number;
  /** Of an outline; a circle has that of its radius. */
  outlineAreaM2: number | null;
  /** Half-open. */
  from: number;
  to: number;
}
export interface World {
  fences: WorldFence[];
  reports: WorldReport[];
  run: RunWindow | null;
  rules: StatusRules;
}

const HOUR = 3_600_000;

/** How a location's fence may change: instants at which it begins, ceases or takes another radius. */
const shapesInTime = fc
  .record({
    radii: fc.array(fc.constantFrom(50, 100, 200, null), { minLength: 1, maxLength: 4 }),
    instants: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 3, maxLength: 3 }),
  })
  .map(({ radii, instants }) => {
    const bounds = [...instants.sort((a, b) => a - b).slice(0, radii.length - 1)].map((n) => n * (HOUR / 4));
    return radii.flatMap((radiusM, i) =>
      radiusM === null ? [] : [{ radiusM, from: bounds[i - 1] ?? -Infinity, to: bounds[i] ?? Infinity }],
    );
  });

/** Few values, so that ties, boundaries (d = r, d = r + a), equal times and equal reports are common. */
export const anyWorld: fc.Arbitrary<World> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('storage' as const, 'delivery' as const),
      shapes: fc.oneof(
        fc.constantFrom(50, 100, 200).map((radiusM) => [{ radiusM, from: -Infinity, to: Infinity }]),
        shapesInTime,
      ),
      // Outlines have these areas, equal to that of a circle, smaller and larger, and half the radius as margin.
      outlineAreaM2: fc.constantFrom(null, null, Math.PI * 100 ** 2, 1_000, 1e6),
    }),
    { maxLength: 4 },
  )
  .map((locations) =>
    locations.flatMap(({ kind, outlineAreaM2, shapes }, i) =>
      shapes.map(
        (shape): WorldFence => ({
          ...shape,
          radiusM: outlineAreaM2 === null ? shape.radiusM : shape.radiusM === 50 ? 0 : shape.radiusM / 2,
          kind,
          outlineAreaM2,
          locationId: 10 + i,
        }),
      ),
    ),
  )
  .chain((fences) =>
    fc.record({
      fences: fc.constant(fences),
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
    .map(({ from, to, outlineAreaM2, ...fence }, i) => {
      const areaM2 = outlineAreaM2 ?? Math.PI * fence.radiusM ** 2;
      const match = { ...fence, isOutline: outlineAreaM2 !== null, areaM2, distanceM: report.distances[i]! };
      return { from, to, match };
    })
    .filter(({ from, to }) => from <= report.at && report.at < to)
    .map(({ match }) => match)
    .filter((match) => match.distanceM <= match.radiusM + report.accuracyM);
  return { at: report.at, hash: report.hash, position: report.position, accuracyM: report.accuracyM, matches };
}

/** When the fences count, as it is handed to the fold. */
export const timesOf = ({ fences }: Pick<World, 'fences'>): FenceTimes =>
  Map.groupBy(fences, ({ locationId }) => locationId);

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
    const held = now?.locationId ?? null;
    const shapesAt = (at: number) =>
      fences.map((fence, i) => ({ ...fence, i })).filter((fence) => fence.from <= at && at < fence.to);
    const heldAt = (at: number) => shapesAt(at).find((fence) => fence.locationId === held);
    const surelyOutside = (of: WorldReport) => {
      const shape = heldAt(of.at)!;
      return of.distances[shape.i]! > shape.radiusM + of.accuracyM;
    };
    // Archived or detached since: it is left now, whatever the report says.
    const ceased = held !== null && heldAt(report.at) === undefined;
    // The unbroken series of surely-outside reports since the fence was entered, up to this one.
    const sinceEntered = held === null || ceased ? [] : counted.slice(now!.index + 1, index + 1);
    const lastInside = sinceEntered.findLastIndex((of) => !surelyOutside(of));
    const streak = sinceEntered.slice(lastInside + 1);
    const leaves = ceased || streak.length >= rules.exitConfirmations;
    const candidates = shapesAt(report.at)
      .map((fence) => ({
        ...fence,
        inside: report.distances[fence.i]! <= fence.radiusM,
        ratio: report.distances[fence.i]! / fence.radiusM,
        area: fence.outlineAreaM2 ?? Math.PI * fence.radiusM ** 2,
      }))
      .filter((fence) => fence.inside || (fence.locationId === held && !leaves));
    const kind = candidates.some((fence) => fence.kind === 'delivery') ? 'delivery' : 'storage';
    const ofKind = candidates.filter((fence) => fence.kind === kind);
    const left = ofKind.some((fence) => fence.inside) ? ofKind.filter((fence) => fence.inside) : ofKind;
    const byArea = left.some((fence) => fence.outlineAreaM2 !== null);
    left.sort((a, b) => (byArea ? 0 : a.ratio - b.ratio) || a.area - b.area || a.locationId - b.locationId);
    const best = left[0];
    const status = !best ? 'IN_TRANSIT' : best.kind === 'delivery' ? 'DELIVERED' : 'IN_STORAGE';
    const locationId = best?.locationId ?? null;
    if (now && now.status === status && now.locationId === locationId) return;
    const enteredAt = held !== null && leaves && !ceased ? streak[0]!.at : report.at;
    rows.push({ status, locationId, cause: { at: report.at, hash: report.hash }, enteredAt, index });
  });
  return rows.map(({ index: _, ...row }) => row);
}
