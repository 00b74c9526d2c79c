import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Count,
  loginAs,
  loginAsFrom,
  loginFrom,
  lowered,
  NONE,
  raised,
  type Throttle,
  waitOf,
} from './throttle.ts';

const HOUR = 3_600_000;

/** How many attempts are let through when one is made every `everyMs`, for `forMs`. */
function letThrough(throttle: Throttle, everyMs: number, forMs: number): number {
  let count: Count = NONE;
  let through = 0;
  for (let now = 1; now < forMs; now += everyMs) {
    if (waitOf(count, throttle, now) > 0) continue;
    count = raised(count, throttle, now);
    through++;
  }
  return through;
}

const { throttle: pair } = loginAsFrom('anna', '10.0.0.1');
const { throttle: name } = loginAs('anna');
const { throttle: address } = loginFrom('10.0.0.1');

it('lets five passwords of a name through from one address, then waits from 30 seconds to 15 minutes', () => {
  let count: Count = NONE;
  const waits: number[] = [];
  for (let now = 0; waits.length < 12; now += waitOf(count, pair, now)) {
    count = raised(count, pair, now);
    waits.push(waitOf(count, pair, now) / 1000);
  }
  expect(waits).toEqual([0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
});

it('one address alone never makes a name wait elsewhere, however long it goes on', () => {
  let own: Count = NONE;
  let everywhere: Count = NONE;
  for (let now = 1; now < 7 * 24 * HOUR; now += 10_000) {
    if (waitOf(own, pair, now) > 0) continue;
    expect(waitOf(everywhere, name, now)).toBe(0);
    own = raised(own, pair, now);
    everywhere = raised(everywhere, name, now);
  }
});

it('bounds what can be tried in a day, at whatever pace', () => {
  const pace = fc.integer({ min: 1_000, max: 10 * 60_000 });
  fc.assert(
    fc.property(pace, (everyMs) => {
      expect(letThrough(pair, everyMs, 24 * HOUR)).toBeLessThanOrEqual(5 + 24 * 5 + 5);
      expect(letThrough(name, everyMs, 24 * HOUR)).toBeLessThanOrEqual(50 + 24 * 13 + 10);
      expect(letThrough(address, everyMs, HOUR)).toBeLessThanOrEqual(30 + 360);
    }),
  );
});

it('never lengthens a wait for a clock that was set back, and takes back what it counted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2 * HOUR }), { maxLength: 40 }),
      fc.integer({ max: 0 }),
      (steps, back) => {
        let count: Count = NONE;
        let now = HOUR;
        for (const step of steps) {
          now += step;
          if (waitOf(count, pair, now) === 0) count = raised(count, pair, now);
        }
        expect(waitOf(count, pair, now + back)).toBeLessThanOrEqual(pair.longestWaitMs);
        expect(lowered(raised(NONE, pair, now), pair)).toMatchObject({ level: 0, blockedUntil: 0 });
        expect(lowered(count, pair).level).toBeLessThanOrEqual(Math.max(0, count.level - 1));
      },
    ),
  );
});
