import sql from 'sql-template-tag';
import { describe, expect, it } from 'vitest';
import { testEngines } from '../testing/database.ts';
import { insertKeyedTrackers, type KeyedTracker, uploadedReport } from '../testing/keyed-trackers.ts';
import { writeFetcherSettings } from './fetcher-settings.ts';
import { fetcherWorld, HOUR, MINUTE } from './testing/fetcher-world.ts';

const DAY = 24 * HOUR;

describe.each(testEngines())('asks for news on $name', ({ create }) => {
  const { world, newFetcher, addAccount, stateOf, countOf } = fetcherWorld(create);
  const heard = (tracker: KeyedTracker, ...agoMs: number[]) => {
    const made = agoMs.map((ago) => uploadedReport(tracker, new Date(world.now - ago)));
    world.server.reports.set(tracker.hashedKey, [...made, ...(world.server.reports.get(tracker.hashedKey) ?? [])]);
  };
  /** How far back the last ask began, in hours. */
  const reached = () => {
    const body = world.server.requests.at(-1)!.body as { search: { startDate: number }[] };
    return (world.now - body.search[0]!.startDate) / HOUR;
  };
  const round = async (fetcher: ReturnType<typeof newFetcher>, minutes = 31) => {
    world.now += minutes * MINUTE;
    await fetcher.cycle();
    return reached();
  };

  it('begin at the last success less the overlap; the whole time comes once a day and after a failure', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    world.server.keepsDates = true;
    heard(tracker!, HOUR, 100 * HOUR);
    await addAccount();
    const fetcher = newFetcher();
    await fetcher.cycle();
    expect(await round(fetcher)).toBe(7 * 24);
    expect(await countOf(tracker!)).toBe(2);
    expect(await round(fetcher)).toBeCloseTo(48 + 31 / 60, 1);
    await writeFetcherSettings(world.db, { overlapHours: 12 }, new Date(world.now));
    heard(tracker!, 5 * MINUTE);
    expect(await round(fetcher)).toBeCloseTo(12 + 31 / 60, 1);
    expect(await countOf(tracker!)).toBe(3);
    // An answer that lacks it charges nobody: it had a report in that time, so all of it is asked for next.
    const kept = world.server.reports.get(tracker!.hashedKey)!;
    world.server.reports.clear();
    const before = await stateOf(tracker!);
    await round(fetcher);
    expect(await stateOf(tracker!)).toMatchObject({
      streak: 0,
      total_failures: 0,
      factor: 1,
      last_success_at: before!.last_success_at,
    });
    world.server.reports.set(tracker!.hashedKey, kept);
    expect(await round(fetcher)).toBe(7 * 24);
    expect(await round(fetcher)).toBeLessThan(13);
    const wholeAsks = async (hours: number) => {
      let whole = 0;
      for (let n = 0; n < hours; n++) {
        heard(tracker!, 5 * MINUTE);
        if ((await round(fetcher, 60)) > 100) whole++;
      }
      return whole;
    };
    expect(await wholeAsks(49)).toBe(2);
  }, 60_000);

  it('are not made of a source that doesn’t keep to dates, nor of a tracker without a report in that time', async () => {
    const [often, rarely] = await insertKeyedTrackers(world.db, world.keys, { count: 2, runId: world.runId });
    heard(often!, HOUR);
    heard(rarely!, 3 * DAY);
    await addAccount();
    const fetcher = newFetcher();
    await fetcher.cycle();
    await round(fetcher);
    // One ask for both is worth more than a shorter one.
    expect(await round(fetcher)).toBe(7 * 24);
    expect(world.server.requests.at(-1)!.ids).toHaveLength(2);
    await world.db.query(sql`delete from trackers where id = ${rarely!.id}`);
    heard(often!, 4 * DAY);
    expect(await round(fetcher)).toBeLessThan(50);
    // That answer had the old report as well.
    expect(await round(fetcher)).toBe(7 * 24);
    expect(await countOf(often!)).toBe(2);
  }, 60_000);

  it('and the same reports again: what the database has is neither opened nor looked up', async () => {
    const [tracker] = await insertKeyedTrackers(world.db, world.keys, { count: 1, runId: world.runId });
    heard(tracker!, ...Array.from({ length: 30 }, (_, n) => (n + 1) * HOUR));
    await addAccount();
    const fetcher = newFetcher();
    await fetcher.cycle();
    await round(fetcher);
    await round(fetcher);
    // It would be stored anew if the database were asked; after a day it is.
    await world.db.query(sql`delete from location_reports where tracker_id = ${tracker!.id}`);
    heard(tracker!, 5 * MINUTE);
    await round(fetcher);
    expect(await countOf(tracker!)).toBe(1);
    await round(fetcher, 25 * 60);
    expect(await countOf(tracker!)).toBe(31);
  }, 60_000);
});
