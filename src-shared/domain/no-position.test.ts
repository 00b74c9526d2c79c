import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClientTrackerFacts,
  type FetchingFacts,
  FRESH_MS,
  noPositionReasons,
  type TrackerFacts,
  whyNoPosition,
  whyNoPositionForClient,
} from './no-position.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const HOUR = 3_600_000;
const works: FetchingFacts = { running: true, paused: false, keyState: 'ready', sources: 1, failingSince: null };
const tracker: TrackerFacts = {
  ...{ positionAt: null, hasPrivateKey: true, isManufactured: true, retiredAt: null },
  run: { id: 1, startsAt: NOW - 100 * HOUR, endsAt: NOW + 100 * HOUR },
  ...{ askedAt: NOW - HOUR, dueAt: NOW + HOUR, streak: 0, lastHeardAt: NOW - HOUR, leftOut: null, pendingSince: null },
};
const why = (facts: Partial<TrackerFacts>, fetching: Partial<FetchingFacts> = {}) =>
  whyNoPosition({ ...tracker, ...facts }, { ...works, ...fetching }, NOW);

describe('why there is no position', () => {
  it.each<[reason: string, tracker: Partial<TrackerFacts>, fetching?: Partial<FetchingFacts>, at?: number]>([
    ['no-private-key', { hasPrivateKey: false }],
    ['not-manufactured', { isManufactured: false }],
    ['retired', { retiredAt: NOW - HOUR, run: null }, {}, NOW - HOUR],
    ['no-run', { run: null }],
    ['run-not-begun', { run: { id: 1, startsAt: NOW + 1, endsAt: NOW + 2 } }, {}, NOW + 1],
    ['run-over', { run: { id: 1, startsAt: NOW - 2, endsAt: NOW } }, {}, NOW],
    ['not-enrolled', {}, { running: false, keyState: 'not-enrolled' }],
    ['locked', {}, { running: false, keyState: 'locked' }],
    ['fetcher-paused', {}, { paused: true }],
    ['fetcher-stopped', {}, { running: false }],
    ['no-source', {}, { sources: 0 }],
    ['source-failing', {}, { failingSince: NOW - HOUR }, NOW - HOUR],
    ['not-asked', { askedAt: null, lastHeardAt: null }, {}, NOW + HOUR],
    ['absent', { streak: 3 }, {}, NOW - HOUR],
    ['not-folded', { pendingSince: NOW - 5, leftOut: { reason: 'no-run', at: NOW - HOUR } }, {}, NOW - 5],
    ['left-out', { leftOut: { reason: 'inaccurate', at: NOW - HOUR } }, {}, NOW - HOUR],
    ['unheard', { lastHeardAt: null }, {}, NOW - HOUR],
    ['no-news', { positionAt: NOW - FRESH_MS }, {}, NOW - FRESH_MS],
  ])('%s', (reason, facts, fetching = {}, at = undefined) => {
    expect(why(facts, fetching)).toMatchObject({ reason, at: at ?? null });
  });

  it('says how often it was absent, and why its report was left out', () => {
    expect(why({ streak: 3 })?.times).toBe(3);
    expect(why({ leftOut: { reason: 'inaccurate', at: NOW } })?.leftOut).toBe('inaccurate');
  });

  it('is asked of nobody whose position is fresh, and has a reason for everybody else', () => {
    expect(why({ positionAt: NOW - FRESH_MS + 1, hasPrivateKey: false }, { sources: 0 })).toBeNull();
    // Another console's fetcher works: that this one is locked stops nothing.
    expect(why({}, { keyState: 'locked' })?.reason).toBe('no-news');
    const time = fc.option(fc.integer({ min: NOW - 200 * HOUR, max: NOW + 200 * HOUR }), { nil: null });
    const flag = fc.boolean();
    const facts = fc.record({
      ...{ positionAt: time, hasPrivateKey: flag, isManufactured: flag, retiredAt: time, askedAt: time, dueAt: time },
      ...{ streak: fc.nat(3), lastHeardAt: time, pendingSince: time },
    });
    const fetching = fc.record({ running: flag, paused: flag, sources: fc.nat(2), failingSince: time });
    fc.assert(
      fc.property(facts, fetching, (some, how) => {
        const found = why(some, how);
        if (found === null) expect(NOW - some.positionAt!).toBeLessThan(FRESH_MS);
        else expect(noPositionReasons).toContain(found.reason);
      }),
      { numRuns: 50 },
    );
  });

  const own: ClientTrackerFacts = {
    ...{ positionAt: null, isFetched: true, newest: null },
    run: { id: 1, startsAt: NOW - 100 * HOUR, endsAt: NOW + 100 * HOUR },
  };
  it.each<[reason: string | null, facts: Partial<ClientTrackerFacts>, at?: number]>([
    [null, { positionAt: NOW - FRESH_MS + 1, isFetched: false }],
    ['run-not-begun', { run: { id: 1, startsAt: NOW + 1, endsAt: NOW + 2 } }, NOW + 1],
    ['run-over', { run: { id: 1, startsAt: NOW - 2, endsAt: NOW }, isFetched: false }, NOW],
    ['not-fetched', { isFetched: false, newest: { at: NOW - HOUR, leftOut: 'inaccurate' } }],
    ['unheard', {}],
    ['left-out', { newest: { at: NOW - HOUR, leftOut: 'inaccurate' } }, NOW - HOUR],
    ['no-news', { positionAt: NOW - FRESH_MS, newest: { at: NOW - HOUR, leftOut: null } }, NOW - FRESH_MS],
  ])('tells a client’s user %s', (reason, facts, at) => {
    const found = whyNoPositionForClient({ ...own, ...facts }, NOW);
    if (reason === null) expect(found).toBeNull();
    else expect(found).toMatchObject({ reason, at: at ?? null, times: null });
  });
});
