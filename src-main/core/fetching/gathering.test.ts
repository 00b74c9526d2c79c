import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptBatchSize, Gathering, isOutside, type Outcome, packAsks, type SourceHabits } from './gathering.ts';

const HALF_HOUR = 1_800_000;
const TO = 1_800_000_000_000;
const FROM = TO - 7 * 24 * 3_600_000;

interface World {
  /** Report times of each tracker. */
  reports: ReadonlyMap<number, readonly number[]>;
  cap: number;
  honoursDates: boolean;
  order: 'asked' | 'busiest first' | 'round robin';
}

/** What a source of the world answers: never more than the cap. */
function answerOf(world: World, ask: { trackerIds: readonly number[]; from: number; to: number }) {
  const lists = ask.trackerIds.map((id) => {
    const times = world.reports.get(id) ?? [];
    const asked = world.honoursDates ? times.filter((time) => time >= ask.from && time <= ask.to) : times;
    return asked.map((time) => ({ id, time }));
  });
  if (world.order === 'busiest first') lists.sort((a, b) => b.length - a.length);
  if (world.order !== 'round robin') return lists.flat().slice(0, world.cap);
  const mixed = [];
  for (let i = 0; lists.some((list) => i < list.length); i++) {
    for (const list of lists) if (i < list.length) mixed.push(list[i]!);
  }
  return mixed.slice(0, world.cap);
}

function gather(world: World, habits: SourceHabits, ids: readonly number[], expected = new Map<number, number>()) {
  const stored = new Set<string>();
  const gathering = new Gathering(habits, packAsks(ids, expected, habits, { from: FROM, to: TO }));
  const outcomes: Outcome[] = [];
  let requests = 0;
  for (let ask = gathering.peek(); ask; ask = gathering.peek()) {
    requests++;
    const answer = answerOf(world, ask);
    const found = new Map<number, number>();
    const withNews = new Set<number>();
    for (const { id, time } of answer) {
      found.set(id, (found.get(id) ?? 0) + 1);
      if (!stored.has(`${id} ${time}`)) withNews.add(id);
    }
    for (const { id, time } of answer) stored.add(`${id} ${time}`);
    const asked = ask;
    const outside = answer.filter(({ time }) => isOutside(asked, time)).length;
    outcomes.push(...gathering.take({ found, total: answer.length, outside, withNews }).done);
  }
  return { stored, outcomes, requests };
}

const freshHabits = (): SourceHabits => ({ learnedCap: null, honoursDates: true, trust: 0 });
const spread = (counts: readonly number[]) =>
  new Map(counts.map((count, i) => [i + 1, Array.from({ length: count }, (_, n) => TO - (n * 3 + 1) * HALF_HOUR)]));

const worlds = fc.record({
  reports: fc
    .array(fc.oneof({ weight: 6, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 100 }) }), {
      minLength: 1,
      maxLength: 40,
    })
    .map(spread),
  cap: fc.oneof(fc.integer({ min: 20, max: 60 }), fc.constant(100_000)),
  order: fc.constantFrom<World['order']>('asked', 'busiest first', 'round robin'),
});

describe('gathering', () => {
  it('gets every report of every key, whatever the cap, where dates are honoured; each key is done once', () => {
    fc.assert(
      fc.property(worlds, (generated) => {
        const world = { ...generated, honoursDates: true };
        const ids = [...world.reports.keys()];
        const { stored, outcomes } = gather(world, freshHabits(), ids);
        expect(outcomes.map((outcome) => outcome.trackerId).sort((a, b) => a - b)).toEqual(ids);
        for (const { trackerId, found, incomplete } of outcomes) {
          expect(found > 0).toBe(world.reports.get(trackerId)!.length > 0);
          expect(incomplete).toBe(false);
        }
        expect(stored.size).toBe([...world.reports.values()].flat().length);
      }),
      { numRuns: 300 },
    );
  });

  it('never calls a key absent that has reports, and marks those it could not get all of, where dates are ignored', () => {
    fc.assert(
      fc.property(worlds, (generated) => {
        const world = { ...generated, honoursDates: false };
        const { stored, outcomes } = gather(world, freshHabits(), [...world.reports.keys()]);
        expect(outcomes.length).toBe(world.reports.size);
        for (const { trackerId, found, incomplete } of outcomes) {
          const times = world.reports.get(trackerId)!;
          expect(found > 0).toBe(times.length > 0);
          if (times.some((time) => !stored.has(`${trackerId} ${time}`))) expect(incomplete).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds out that a cap was lowered, by checking a doubtful answer', () => {
    const world: World = {
      reports: spread([60, 3, 2, 4, 0, 1]),
      cap: 30,
      honoursDates: true,
      order: 'asked',
    };
    const habits = { ...freshHabits(), learnedCap: 500 };
    const { outcomes, stored } = gather(world, habits, [1, 2, 3, 4, 5, 6]);
    expect(habits.learnedCap).toBe(30);
    expect(outcomes.filter((outcome) => outcome.found === 0).map((outcome) => outcome.trackerId)).toEqual([5]);
    expect(stored.size).toBe(70);
  });

  it('asks a busy key alone rather than halving down to it, and knows it the next time', () => {
    const counts = Array.from({ length: 64 }, (_, i) => (i === 40 ? 200 : 0));
    const world: World = { reports: spread(counts), cap: 20, honoursDates: false, order: 'asked' };
    const ids = [...world.reports.keys()];
    const habits = { ...freshHabits(), learnedCap: 20, honoursDates: false };
    expect(gather(world, habits, ids).requests).toBe(2);
    expect(gather(world, habits, ids, new Map([[41, 20]])).requests).toBe(2);
  });

  it('splits what an empty 200 was asked for, and gives a single key up', () => {
    const gathering = new Gathering(
      freshHabits(),
      packAsks([1, 2, 3], new Map(), freshHabits(), { from: FROM, to: TO }),
    );
    expect(gathering.takeEmpty()).toEqual([]);
    const second = gathering.peek()!;
    expect(second.trackerIds.length).toBeLessThan(3);
    while (gathering.peek()!.trackerIds.length > 1) gathering.takeEmpty();
    const alone = gathering.peek()!.trackerIds[0]!;
    expect(gathering.takeEmpty()).toEqual([alone]);
    expect(gathering.openTrackers()).not.toContain(alone);
    expect(gathering.openTrackers().length).toBe(2);
  });

  it('forgets dropped trackers, and lets go of those that only waited for them', () => {
    const habits = { ...freshHabits(), learnedCap: 500 };
    const gathering = new Gathering(habits, packAsks([1, 2, 3], new Map(), habits, { from: FROM, to: TO }));
    const { done } = gathering.take({ found: new Map([[1, 25]]), total: 25, outside: 0, withNews: new Set([1]) });
    expect(done).toEqual([]);
    expect(gathering.peek()).toMatchObject({ purpose: 'verify', trackerIds: [2, 3] });
    expect(gathering.drop(new Set([2, 3]))).toEqual([{ trackerId: 1, found: 25, incomplete: false }]);
    expect(gathering.peek()).toBeNull();
    expect(gathering.openTrackers()).toEqual([]);
  });
});

it('adapts the batch size: halved when saturated, grown slowly when sparse, within its limits', () => {
  const habits = { ...freshHabits(), learnedCap: 40 };
  const sparse = { asked: 64, total: 3, saturated: false };
  expect(adaptBatchSize(64, { asked: 64, total: 40, saturated: true }, habits, 256)).toBe(32);
  expect(adaptBatchSize(1, { asked: 1, total: 40, saturated: true }, habits, 256)).toBe(1);
  expect(adaptBatchSize(64, sparse, habits, 256)).toBe(72);
  expect(adaptBatchSize(64, sparse, habits, 64)).toBe(64);
  expect(adaptBatchSize(64, { ...sparse, total: 30 }, habits, 256)).toBe(64);
  expect(adaptBatchSize(64, { ...sparse, asked: 5 }, habits, 256)).toBe(64);
});
