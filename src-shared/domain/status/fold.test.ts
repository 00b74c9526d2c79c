import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldReports } from './fold.ts';
import { compareHistory, stateAfter } from './history.ts';
import { anyWorld, bruteForceHistory, seen, timesOf, type World } from './testing/world.ts';
import { compareKeys, defaultStatusRules, type FoldReport, unknownState } from './types.ts';

const ordered = (world: World) => world.reports.map((report) => seen(world, report)).sort(compareKeys);
const always = { startsAt: Number.NEGATIVE_INFINITY, endsAt: Number.POSITIVE_INFINITY };

function report(at: number, accuracyM: number, ...matches: [id: number, kind: 'storage' | 'delivery', d: number][]) {
  return {
    at,
    hash: '00',
    position: { longitude: 8, latitude: 47 },
    accuracyM,
    matches: matches.map(([locationId, kind, distanceM]) => ({
      locationId,
      kind,
      distanceM,
      radiusM: 100,
      isOutline: false,
      areaM2: Math.PI * 100 ** 2,
    })),
  } satisfies FoldReport;
}
const story = (reports: FoldReport[], exitConfirmations = 1) =>
  foldReports(unknownState, reports, always, { ...defaultStatusRules, exitConfirmations }).entries.map((entry) => [
    entry.status,
    entry.locationId,
    entry.enteredAt,
    entry.cause.at,
  ]);

describe('the status fold', () => {
  it('enters at the true radius and leaves only when the whole error circle is outside', () => {
    const entries = story([
      report(1, 10, [1, 'storage', 101]), // not inside: 101 > 100
      report(2, 10, [1, 'storage', 100]), // inside
      report(3, 10, [1, 'storage', 110]), // perhaps outside: held
      report(4, 10), // surely outside
    ]);
    expect(entries).toEqual([
      ['IN_TRANSIT', null, 1, 1],
      ['IN_STORAGE', 1, 2, 2],
      ['IN_TRANSIT', null, 4, 4],
    ]);
  });

  it('prefers a delivery location, then the smaller share of the radius, then the smaller id', () => {
    expect(story([report(1, 0, [1, 'storage', 0], [2, 'delivery', 100])])).toEqual([['DELIVERED', 2, 1, 1]]);
    expect(story([report(1, 0, [1, 'storage', 20], [2, 'storage', 10])])).toEqual([['IN_STORAGE', 2, 1, 1]]);
    expect(story([report(1, 0, [2, 'storage', 10], [1, 'storage', 10])])).toEqual([['IN_STORAGE', 1, 1, 1]]);
  });

  it('chooses over the whole set: with an outline the smallest area, without one the smallest share of the radius', () => {
    const at = (n: number, more: Partial<FoldReport['matches'][number]>) => ({
      locationId: n,
      kind: 'storage' as const,
      distanceM: 0,
      radiusM: 100,
      isOutline: false,
      areaM2: 100,
      ...more,
    });
    const chosen = (...matches: FoldReport['matches']) => story([{ ...report(1, 0), matches }])[0]![1];
    const near = at(1, { distanceM: 10, radiusM: 100, areaM2: 31_416 });
    const small = at(2, { distanceM: 15, radiusM: 20, areaM2: 1_257 });
    const yard = at(3, { isOutline: true, radiusM: 0, areaM2: 5_000 });
    expect(chosen(near, small)).toBe(1);
    // The outline isn't the smallest, but that it is there decides between the other two.
    expect(chosen(near, small, yard)).toBe(2);
    expect(chosen(near, yard)).toBe(3);
    expect(chosen(near, small, yard, at(9, { kind: 'delivery', areaM2: 1e9 }))).toBe(9);
    // A held fence that the report is not inside of comes after those that it is inside of, though it is smaller.
    const held = [
      { ...report(1, 0), matches: [small] },
      { ...report(2, 50), matches: [{ ...small, distanceM: 60 }, near] },
    ];
    expect(story(held).map(([, location]) => location)).toEqual([2, 1]);
  });

  it('dates an exit back to the first of its confirmations', () => {
    const inside = report(1, 0, [1, 'delivery', 0]);
    expect(story([inside, report(2, 0), report(3, 0, [1, 'delivery', 5]), report(4, 0), report(5, 0)], 2)).toEqual([
      ['DELIVERED', 1, 1, 1],
      ['IN_TRANSIT', null, 4, 5],
    ]);
  });

  it('leaves a fence that ceased at the next report, whatever that says and however many confirmations it takes', () => {
    const reports = [report(1, 0, [1, 'storage', 0]), report(2, 0), report(3, 0), report(9, 0)];
    const ceased = new Map([[1, [{ from: -Infinity, to: 3 }]]]);
    const entries = foldReports(
      unknownState,
      reports,
      always,
      { exitConfirmations: 4, maxAccuracyM: null },
      ceased,
    ).entries;
    expect(entries.map(({ status, enteredAt }) => [status, enteredAt])).toEqual([
      ['IN_STORAGE', 1],
      ['IN_TRANSIT', 3],
    ]);
    // Where another begins, it is entered at that report.
    const moved = [reports[0]!, report(4, 0, [2, 'storage', 5])];
    expect(foldReports(unknownState, moved, always, defaultStatusRules, ceased).state).toMatchObject({
      locationId: 2,
      since: 4,
    });
  });

  it('says why a report does not count', () => {
    const { leftOut, state } = foldReports(
      unknownState,
      [{ ...report(1, 0), position: null }, report(2, 0), report(5, 0), report(6, 99), report(10, 0)],
      { startsAt: 5, endsAt: 10 },
      { exitConfirmations: 1, maxAccuracyM: 98 },
    );
    expect(leftOut).toEqual(['invalid', 'outside-run-dates', null, 'inaccurate', 'outside-run-dates']);
    expect(state).toMatchObject({ status: 'IN_TRANSIT', since: 5, last: { at: 5 } });
    expect(foldReports(unknownState, [report(1, 0)], null, defaultStatusRules)).toMatchObject({
      leftOut: ['no-run'],
      state: unknownState,
    });
  });

  it('agrees with the rules written out by brute force, whatever order and repetition the reports come in', () => {
    fc.assert(
      fc.property(anyWorld, fc.infiniteStream(fc.nat()), (world, random) => {
        const { entries, state } = foldReports(unknownState, ordered(world), world.run, world.rules, timesOf(world));
        const arrived = [...world.reports, ...world.reports.slice(0, 5)]
          .map((item) => ({ item, place: random.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ item }) => item);
        expect(entries).toEqual(bruteForceHistory({ ...world, reports: arrived }));
        expect(state.status).toBe(entries.at(-1)?.status ?? 'UNKNOWN');
      }),
      { numRuns: 2000 },
    );
  });

  it('goes on from any state as if it had never stopped', () => {
    fc.assert(
      fc.property(anyWorld, fc.array(fc.nat(40), { maxLength: 4 }), (world, cuts) => {
        const reports = ordered(world);
        const whole = foldReports(unknownState, reports, world.run, world.rules, timesOf(world));
        const ends = [...cuts, reports.length].sort((a, b) => a - b);
        let state = unknownState;
        let from = 0;
        const entries = [];
        for (const end of ends) {
          const part = foldReports(state, reports.slice(from, end), world.run, world.rules, timesOf(world));
          entries.push(...part.entries);
          state = part.state;
          from = Math.max(from, end);
        }
        expect(entries).toEqual(whole.entries);
        expect(state).toEqual(whole.state);
      }),
      { numRuns: 500 },
    );
  });

  it('goes on from any entry of the history', () => {
    fc.assert(
      fc.property(anyWorld, fc.nat(), (world, n) => {
        const reports = ordered(world);
        const { entries } = foldReports(unknownState, reports, world.run, world.rules, timesOf(world));
        const kept = entries.slice(0, entries.length === 0 ? 0 : n % entries.length);
        const last = kept.at(-1);
        const rest = last === undefined ? reports : reports.filter((r) => compareKeys(r, last.cause) > 0);
        const again = foldReports(last ? stateAfter(last) : unknownState, rest, world.run, world.rules, timesOf(world));
        expect([...kept, ...again.entries]).toEqual(entries);
      }),
      { numRuns: 500 },
    );
  });
});

describe('comparing history', () => {
  it('keeps what is equal, and leads from any history to any other', () => {
    fc.assert(
      fc.property(anyWorld, anyWorld, fc.boolean(), (before, after, samePeriod) => {
        const old = bruteForceHistory(before).map((entry, id) => ({ ...entry, id, runPeriodId: 1 }));
        const wanted = bruteForceHistory(after).map((entry) => ({ ...entry, runPeriodId: samePeriod ? 1 : 2 }));
        const { superseded, added } = compareHistory(old, wanted);
        const kept = old.filter((entry) => !superseded.includes(entry.id));
        const result = [...kept.map(({ id: _, ...entry }) => entry), ...added];
        expect(result.sort((a, b) => compareKeys(a.cause, b.cause))).toEqual(wanted);
        if (!samePeriod) expect(kept).toEqual([]);
      }),
    );
  });
});
