import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../core/fetching/asking/ask.ts';
import { cutAnswer } from './cuts.ts';
import { type FaultName, type Faults, noFaults, withFaults } from './faults.ts';
import { seededRandom } from './random.ts';
import {
  type AskingResult,
  type AskingWorld,
  askWorld,
  MINUTE_MS,
  reportsAt,
  trackersHeard,
} from './testing/asking-world.ts';

const T0 = Date.parse('2026-11-23T12:00:00Z');
type Changes = Partial<Record<FaultName, number>>;
const faulty = (changes: Changes): Faults => withFaults(noFaults, changes);

const world = (changes: Partial<AskingWorld> & Pick<AskingWorld, 'trackers'>): AskingWorld => ({
  ...{ seed: 1, from: T0, until: T0 + 2 * DAY_MS, everyMs: 3 * MINUTE_MS, intervalMinutes: 30, maxIds: 64 },
  faultsAt: () => noFaults,
  ...changes,
});
const wrong = (result: AskingResult) => result.charges.filter((charge) => charge.wrong);

/** Hours in which a report has to be given before it is lost by impatience. */
const PATIENCE = 8;

/**
 * What a source gives to patient asking: each key alone, once an hour, with all of its cuts that are not by chance. The
 * first day is for learning, the last one and a half for asking.
 */
function obtainable({ trackers, faultsAt, from, until, seed }: AskingWorld): string[] {
  const given = new Map<string, number>();
  for (let now = from + DAY_MS; now < until - 1.5 * DAY_MS; now += HOUR_MS) {
    const faults = { ...faultsAt(now), omitKeys: 0, randomCut: 0 };
    for (const { id, reports } of trackers.flatMap(({ keys }) => keys)) {
      const alone = [{ id, reports: reportsAt(reports, now) }];
      for (const { report } of cutAnswer(alone, faults, { seed, request: 0, now })) {
        const name = `${id} ${report.at}`;
        given.set(name, (given.get(name) ?? 0) + 1);
      }
    }
  }
  return [...given].filter(([, hours]) => hours >= PATIENCE).map(([name]) => name);
}
const lost = (of: AskingWorld, result: AskingResult) => obtainable(of).filter((name) => !result.stored.has(name));

/** 24 trackers: one busy, a quarter silent. */
const heard = [100, ...Array<number>(9).fill(7), ...Array<number>(8).fill(2), ...Array<number>(6).fill(0)];
const fleet = trackersHeard(heard, { seed: 5, now: T0 });

describe('trackers with more keys than an ask takes', () => {
  it.each<[name: string, faults: Changes]>([
    ['honest', {}],
    ['21 reports', { cap: 21 }],
    ['four keys of any', { keyCap: 4 }],
  ])('are asked for in parts, and nobody is charged for one part: %s', (_, faults) => {
    const trackers = trackersHeard([30, 12, 7, 7, 2, 2, 0, 0], { seed: 5, now: T0, keys: 12 });
    const of = world({ trackers, maxIds: 5, faultsAt: () => faulty(faults) });
    const result = askWorld(of);
    expect(wrong(result)).toEqual([]);
    expect(lost(of, result)).toEqual([]);
  });
});

describe('a tracker that is asked for alone', () => {
  // Too few canaries to stand beside it: with the last key alone answered, its first ones look silent.
  it.each<[seed: number, perWeek: number[], fault: Changes]>([
    [3, [1, 1], { lastKeys: 1 }],
    [3, [1, 1], { idLimit: 1 }],
    [5, [1, 3], { lastKeys: 1 }],
    [8, [1, 3], { idLimit: 1 }],
  ])('is not charged for a key that the answer leaves out: seed %i', (seed, perWeek, fault) => {
    const trackers = trackersHeard(perWeek, { seed, now: T0, keys: 3 });
    const turn = (now: number) => seededRandom(seed, 'turn', Math.floor(now / MINUTE_MS)).chance(0.2);
    const result = askWorld(world({ trackers, seed, faultsAt: (now) => faulty(turn(now) ? fault : {}) }));
    expect(wrong(result)).toEqual([]);
  });

  // The first answer, which was cut, told of one report of a loud key; an ask for news then told of more.
  it('is not charged between loud canaries, one of which has fewer reports than news told of', () => {
    const trackers = trackersHeard([0, 0, 60, 20, 60], { seed: 850, now: T0, days: 4, keys: 2 });
    const everyMs = 2 * MINUTE_MS;
    const turn = (now: number) => seededRandom(850, 'turn', Math.floor((now - T0) / everyMs));
    const cuts = [{}, { cap: 40, keyCap: 9 }, { cap: 40, asAsked: 1, forgetHours: 96, dates: 1 }];
    const of = world({ trackers, seed: 850, everyMs, faultsAt: (now) => faulty(turn(now).pick(cuts)) });
    expect(wrong(askWorld(of))).toEqual([]);
  });
});

describe('a source that cuts its answers charges nobody for it, and gives all that it would to patient asking', () => {
  it.each<[name: string, faults: Changes]>([
    ['honest', {}],
    ['honest, narrowed by dates', { dates: 1 }],
    ['21 reports', { cap: 21 }],
    ['21 reports, narrowed by dates', { cap: 21, dates: 1 }],
    ['the first ten reports', { cap: 10, asAsked: 1 }],
    ['the first ten reports, narrowed by dates', { cap: 10, asAsked: 1, dates: 1 }],
    ['four keys of any, narrowed by dates', { keyCap: 4, dates: 1 }],
    ['another cap every other hour, narrowed by dates', { cap: 40, capOddHours: 12, dates: 1 }],
    ['two days, narrowed by dates', { forgetHours: 48, dates: 1 }],
    ['the first entry of the newer form', { firstEntryOnly: 1 }],
    ['the last key', { lastKeys: 1 }],
    ['the first four keys', { idLimit: 4 }],
    ['four keys of any', { keyCap: 4 }],
    ['another cap every other hour', { cap: 40, capOddHours: 12 }],
    ['two days', { forgetHours: 48 }],
  ])('%s', (_, changes) => {
    const of = world({ trackers: fleet, faultsAt: () => faulty(changes), until: T0 + 3 * DAY_MS });
    const result = askWorld(of);
    expect(wrong(result)).toEqual([]);
    expect(lost(of, result)).toEqual([]);
    expect(result.again).toBeLessThanOrEqual(result.requests / 3);
    // The silent ones are found to be so all the same.
    const silent = [19, 20, 21, 22, 23, 24];
    expect(result.charges.map(({ trackerId }) => trackerId)).toEqual(expect.arrayContaining(silent));
  });

  it('finds the cap of an account that answered everything for weeks', () => {
    const turn = T0 + 14 * DAY_MS;
    const trackers = trackersHeard(heard, {
      seed: 6,
      now: T0,
      days: 18,
    });
    const of = world({
      ...{ trackers, everyMs: 15 * MINUTE_MS, until: turn + 4 * DAY_MS },
      faultsAt: (now) => faulty(now < turn ? {} : { cap: 21 }),
    });
    const result = askWorld(of);
    expect(wrong(result)).toEqual([]);
    expect(lost(of, result)).toEqual([]);
    expect(result.known.reportCap).toBe(21);
  });

  it('is blind while a limited account answers nobody, and sees again when it comes back', () => {
    const back = T0 + 2 * DAY_MS;
    const of = world({
      trackers: fleet,
      until: T0 + 3 * DAY_MS,
      faultsAt: (now) => faulty(now > T0 + DAY_MS && now < back ? { limited: 1 } : {}),
    });
    const result = askWorld(of);
    expect(wrong(result)).toEqual([]);
    expect(result.charges.filter(({ at }) => at > T0 + DAY_MS + HOUR_MS && at < back)).toEqual([]);
    const blindAt = (at: number) => result.blind.find((seen) => seen.at >= at)!.blind;
    expect([T0 + DAY_MS - HOUR_MS, T0 + DAY_MS + HOUR_MS, back - HOUR_MS, back + HOUR_MS].map(blindAt)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const never = askWorld({ ...of, faultsAt: () => faulty({ limited: 1 }), until: T0 + DAY_MS });
    expect([never.charges.length, never.known.blindSince !== null]).toEqual([0, true]);
  });

  it('learns how far back a source answers from contrast alone, and that it reaches further again', () => {
    const of = world({ trackers: fleet, faultsAt: () => faulty({ forgetHours: 48 }), until: T0 + 3 * DAY_MS });
    const { reachMs } = askWorld(of).known;
    expect(reachMs).toBeGreaterThan(36 * HOUR_MS);
    expect(reachMs).toBeLessThan(60 * HOUR_MS);
    const later = (now: number) => faulty(now < T0 + 2 * DAY_MS ? { forgetHours: 48 } : {});
    expect(askWorld({ ...of, faultsAt: later }).known.reachMs).toBeNull();
  });

  it('asks for the other entries in one, where only the first is answered', () => {
    const result = askWorld(world({ trackers: fleet, faultsAt: () => faulty({ firstEntryOnly: 1 }) }));
    expect(result.known.entries).toBe('first');
    expect(result.known.idsCap).toBeNull();
  });
});

const phase = fc.record(
  {
    cap: fc.constantFrom(0, 10, 21, 40),
    capOddHours: fc.constantFrom(0, 0, 15),
    asAsked: fc.constantFrom(0, 1),
    keyCap: fc.constantFrom(0, 0, 3, 9),
    idLimit: fc.constantFrom(0, 0, 4, 12),
    lastKeys: fc.constantFrom(0, 0, 0, 1, 8),
    forgetHours: fc.constantFrom(0, 0, 48, 96),
    limited: fc.constantFrom(0, 0, 0, 0, 1),
    dates: fc.constantFrom(0, 1),
  },
  { requiredKeys: [] },
);
const mixed = fc.record({
  seed: fc.nat(1000),
  perWeek: fc.array(fc.constantFrom(0, 0, 1, 3, 7, 20, 60), { minLength: 4, maxLength: 40 }),
  phases: fc.array(phase, { minLength: 1, maxLength: 4 }),
  keys: fc.constantFrom(1, 1, 3),
});

describe('all faults mixed', () => {
  it('nobody is charged for being cut, and what a source gives to patient asking is stored', () => {
    fc.assert(
      fc.property(mixed, ({ seed, perWeek, phases, keys }) => {
        const days = phases.length + 2;
        const trackers = trackersHeard(perWeek, { seed, now: T0, days, keys });
        const of = world({
          ...{ trackers, seed, everyMs: 2 * MINUTE_MS, until: T0 + days * DAY_MS },
          // The last two days are honest: what is to be had then is to be had within seven days.
          faultsAt: (now) => faulty(phases[Math.floor((now - T0) / DAY_MS)] ?? {}),
        });
        const result = askWorld(of);
        expect(wrong(result)).toEqual([]);
        expect(lost(of, result)).toEqual([]);
        expect(result.again).toBeLessThanOrEqual(result.requests / 3);
      }),
      { numRuns: 12, seed: 14 },
    );
  });

  // An account that answers nobody now and then omits at random: that is measured below.
  it('the same where it cuts otherwise from one request to the next', () => {
    fc.assert(
      fc.property(mixed, ({ seed, perWeek, phases, keys }) => {
        const trackers = trackersHeard(perWeek, { seed, now: T0, days: 4, keys });
        const everyMs = 2 * MINUTE_MS;
        const turn = (now: number) => seededRandom(seed, 'turn', Math.floor((now - T0) / everyMs));
        const of = world({
          ...{ trackers, seed, everyMs, until: T0 + 4 * DAY_MS },
          faultsAt: (now) => faulty(now < T0 + 2 * DAY_MS ? { ...turn(now).pick([{}, ...phases]), limited: 0 } : {}),
        });
        const result = askWorld(of);
        expect(wrong(result)).toEqual([]);
        expect(lost(of, result)).toEqual([]);
        expect(result.again).toBeLessThanOrEqual(result.requests / 3);
      }),
      { numRuns: 12, seed: 15 },
    );
  });

  it.each(['omitKeys', 'randomCut'] as const)('%s: wrong charges are no more than the square of its rate', (fault) => {
    for (const rate of [0.1, 0.3, 0.5]) {
      let asks = 0;
      let charged = 0;
      for (const seed of [1, 2, 3, 4]) {
        const perWeek = [...Array<number>(30).fill(3), ...Array<number>(10).fill(0)];
        const trackers = trackersHeard(perWeek, { seed, now: T0 });
        const result = askWorld(world({ trackers, seed, faultsAt: () => faulty({ [fault]: rate }) }));
        charged += wrong(result).length;
        for (const { trackerId, keys } of trackers)
          if (keys.some(({ reports }) => reports.length > 0)) asks += result.askedAt.get(trackerId)?.length ?? 0;
      }
      console.info(`${fault} ${rate}: ${charged} wrong charges in ${asks} asks`);
      expect(charged / asks).toBeLessThanOrEqual(rate ** 2);
    }
  });
});

describe('requests', () => {
  it('starve nobody at one in 15 minutes, among 10,000 trackers of which a third was never heard', () => {
    const perWeek = Array.from({ length: 10_000 }, (_, n) => (n % 3 === 0 ? 0 : 2));
    const trackers = trackersHeard(perWeek, { seed: 3, now: T0, days: 7 });
    const of = world({ trackers, everyMs: 15 * MINUTE_MS, until: T0 + 7 * DAY_MS, maxIds: 256 });
    const result = askWorld(of);
    expect(result.askedAt.size).toBe(10_000);
    expect(wrong(result)).toEqual([]);
    // A plain batch of 256 takes 40 requests, ten hours, for all; a third of the requests may ask again.
    const longest = Math.max(
      ...[...result.askedAt.values()].map((times) => {
        const all = [T0, ...times.filter((_, n) => n < times.length), T0 + 7 * DAY_MS];
        return Math.max(...all.slice(1).map((at, n) => at - all[n]!));
      }),
    );
    console.info(
      `10,000 trackers at one request in 15 minutes: none waits longer than ${Math.round(longest / HOUR_MS)} h`,
    );
    expect(longest).toBeLessThan(30 * HOUR_MS);
    const random = seededRandom(1, 'sample');
    const charged = new Set(result.charges.map(({ trackerId }) => trackerId));
    for (let i = 0; i < 100; i++) expect(charged.has(3 * random.below(3333) + 1)).toBe(true);
  }, 120_000);
});
