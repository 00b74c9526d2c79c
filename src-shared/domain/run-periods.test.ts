import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AllocationPeriods,
  type Assignment,
  assign,
  correct,
  differences,
  type PeriodsChange,
  presentOf,
  type RunPeriod,
  TooEarly,
  undo,
  undoWithMoves,
  WrongCorrection,
} from './run-periods.ts';

/** Periods as a store keeps them: voided ones are remembered. */
class Kept {
  live: RunPeriod[];
  readonly all = new Map<number, RunPeriod>();
  private nextId = 1;
  constructor(live: readonly RunPeriod[] = []) {
    this.live = [...live];
  }
  apply({ changed, opened }: PeriodsChange): AllocationPeriods {
    for (const { isVoided, ...period } of changed) {
      this.all.set(period.id, period);
      this.live = this.live.filter(({ id }) => id !== period.id);
      if (!isVoided) this.live.push(period);
    }
    const id = opened ? this.nextId++ : null;
    if (opened) this.live.push({ ...opened, id: id! });
    this.live.sort((a, b) => a.from - b.from);
    return {
      opened: id,
      ended: changed.find(({ isVoided, to }) => !isVoided && to < Infinity)?.id ?? null,
      replaced: changed.find(({ isVoided }) => isVoided) ?? null,
    };
  }
}
/** Which run each millisecond of a small world belongs to. */
const timeline = (periods: readonly RunPeriod[]) =>
  Array.from(
    { length: 42 },
    (_, at) => periods.find((period) => period.from < at && at <= period.to)?.productionRunId ?? null,
  );

const run = fc.constantFrom(
  null,
  { productionRunId: 1, clientId: 1 },
  { productionRunId: 2, clientId: 1 },
  { productionRunId: 3, clientId: 2 },
);
const assignment = fc.record({
  target: run,
  since: fc.oneof(fc.constantFrom(null, 'now' as const), fc.nat(40)),
  now: fc.nat(40),
  hasCounted: fc.boolean(),
});
type Made = Assignment & { hasCounted: boolean };
const tried = (kept: Kept, { hasCounted, ...made }: Made): AllocationPeriods | null => {
  try {
    return kept.apply(assign(kept.live, { isKnown: kept.all.size + kept.live.length > 0, hasCounted }, made));
  } catch (error) {
    if (!(error instanceof TooEarly)) throw error;
    return null;
  }
};
const first = { target: { productionRunId: 1, clientId: 1 }, since: null, now: 20, hasCounted: false } as const;
const second = { productionRunId: 2, clientId: 1 };

describe('run periods', () => {
  it('hold time, never overlap, never touch another of the same run, and end in the run that was assigned', () => {
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 12 }), (made) => {
        const kept = new Kept();
        for (const one of made) {
          const before = timeline(kept.live);
          const done = tried(kept, one);
          expect(kept.live.every(({ from, to }) => from < to)).toBe(true);
          for (const [i, period] of kept.live.slice(1).entries()) {
            const earlier = kept.live[i]!;
            expect(earlier.to).toBeLessThanOrEqual(period.from);
            if (earlier.to === period.from) expect(earlier.productionRunId).not.toBe(period.productionRunId);
          }
          if (done === null) expect(timeline(kept.live)).toEqual(before);
          else expect(presentOf(kept.live)?.productionRunId).toBe(one.target?.productionRunId);
        }
      }),
    );
  });

  it('an undo right after restores exactly what was', () => {
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 8 }), assignment, (made, last) => {
        const kept = new Kept();
        for (const one of made) tried(kept, one);
        const before = timeline(kept.live);
        const ids = kept.live.map(({ id }) => id);
        const done = tried(kept, { ...last, since: null });
        if (done === null) return;
        // What touches a period of the same run is that period again; an allocation at that very instant opens nothing.
        if (done.opened === null && done.replaced !== null) return;
        if (done.opened === null && last.target !== null) return;
        kept.apply(undo(kept.live, done));
        expect(timeline(kept.live)).toEqual(before);
        expect(kept.live.map(({ id }) => id)).toEqual(ids);
      }),
    );
  });

  it('an undo after the order changed its run restores exactly what was', () => {
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 6 }), fc.array(run, { maxLength: 4 }), (made, runs) => {
        const kept = new Kept();
        for (const one of made) tried(kept, one);
        const before = timeline(kept.live);
        // Each later than all instants before it, so that every one opens a period.
        const [scan, ...moves] = runs.flatMap((target, i) =>
          target === null ? [] : [{ target, since: 'now' as const, now: 41 + i, hasCounted: true }],
        );
        if (scan === undefined) return;
        const allocation = tried(kept, scan)!;
        if (allocation.opened === null) return;
        const moved = moves.flatMap((move) => tried(kept, move)?.opened ?? []);
        kept.apply(undoWithMoves(kept.live, allocation, moved));
        expect(timeline(kept.live)).toEqual(before);
      }),
    );
  });

  it('a correction changes exactly its own stretch and what it takes of its neighbours, or nothing', () => {
    const correction = fc.record({
      which: fc.nat(6),
      target: fc.oneof(
        fc.constant(undefined),
        run.filter((one) => one !== null),
      ),
      from: fc.oneof(fc.constantFrom(undefined, -Infinity), fc.nat(40)),
      to: fc.oneof(fc.constant(undefined), fc.nat(40)),
    });
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 8 }), correction, (made, { which, ...asked }) => {
        const kept = new Kept();
        for (const one of made) tried(kept, one);
        const was = kept.live[which % Math.max(1, kept.live.length)];
        if (was === undefined) return;
        const before = timeline(kept.live);
        const { from = was.from, to = was.to, target = was } = asked;
        let change: PeriodsChange;
        try {
          change = correct(kept.live, { periodId: was.id, ...asked, now: 41 });
        } catch (error) {
          if (!(error instanceof WrongCorrection)) throw error;
          return;
        }
        const different = differences(kept.live, change);
        kept.apply(change);
        const wanted = before.map((one, at) => {
          if (from < at && at <= to) return target.productionRunId;
          return was.from < at && at <= was.to ? null : one;
        });
        const after = timeline(kept.live);
        expect(after).toEqual(wanted);
        const isDifferent = (at: number) => different.some((stretch) => stretch.from < at && at <= stretch.to);
        expect(after.map((one, at) => one !== before[at])).toEqual(after.map((_, at) => isDifferent(at)));
        const touching = kept.live
          .slice(1)
          .filter(
            (period, i) => kept.live[i]!.to === period.from && kept.live[i]!.productionRunId === period.productionRunId,
          );
        expect(touching).toEqual([]);
      }),
    );
  });

  it('an undo takes back only its own stretch where later moves followed', () => {
    const kept = new Kept();
    tried(kept, first);
    const done = tried(kept, { target: second, since: 'now', now: 10, hasCounted: true })!;
    tried(kept, { target: { productionRunId: 3, clientId: 2 }, since: null, now: 30, hasCounted: true });
    kept.apply(undo(kept.live, done));
    expect(kept.live.map(({ productionRunId, from, to }) => [productionRunId, from, to])).toEqual([
      [1, -Infinity, 30],
      [3, 30, Infinity],
    ]);
    expect(undo(kept.live, done)).toEqual({ changed: [], opened: null, from: Infinity });
  });

  it('the first reaches back without limit, unless an instant is named or the tracker was somewhere before', () => {
    const from = (past: { isKnown: boolean }, since: Assignment['since']) =>
      assign([], { ...past, hasCounted: false }, { ...first, since }).opened?.from;
    expect(from({ isKnown: false }, null)).toBe(-Infinity);
    expect(from({ isKnown: true }, null)).toBe(20);
    expect(from({ isKnown: false }, 'now')).toBe(20);
    expect(from({ isKnown: false }, 5)).toBe(5);
  });

  it('one that nothing counts in is replaced as a whole within its client, and only there', () => {
    const present = [{ id: 7, productionRunId: 1, clientId: 1, from: 3, to: Infinity }];
    const moved = (hasCounted: boolean, clientId: number) =>
      assign(
        present,
        { isKnown: true, hasCounted },
        { target: { productionRunId: 9, clientId }, since: null, now: 20 },
      );
    expect(moved(false, 1)).toMatchObject({ changed: [{ id: 7, isVoided: true }], opened: { from: 3 } });
    expect(moved(true, 1)).toMatchObject({ changed: [{ id: 7, isVoided: false, to: 20 }], opened: { from: 20 } });
    expect(moved(false, 2)).toMatchObject({ changed: [{ id: 7, isVoided: false, to: 20 }], opened: { from: 20 } });
  });

  it('"since" is refused before the present period, with the periods that lie there', () => {
    const kept = new Kept();
    tried(kept, first);
    tried(kept, { target: second, since: 'now', now: 30, hasCounted: true });
    const named = { target: null, since: 29, now: 40 } as const;
    const refused = () => assign(kept.live, { isKnown: true, hasCounted: true }, named);
    expect(refused).toThrow(TooEarly);
    const clamped = assign(kept.live, { isKnown: true, hasCounted: true }, { ...named, orLater: true });
    expect(clamped.changed).toMatchObject([{ isVoided: true, from: 30 }]);
    // At its beginning it is voided, and the one before stays as it was.
    expect(assign(kept.live, { isKnown: true, hasCounted: true }, { ...named, since: 30 }).changed).toMatchObject([
      { isVoided: true, from: 30 },
    ]);
  });
});
