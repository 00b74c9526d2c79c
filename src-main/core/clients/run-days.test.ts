import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testEngines } from '../testing/database.ts';

/** Zones whose clocks were or are changed at midnight, forward or back, and two for comparison. */
const zones = [
  ...['Asia/Beirut', 'America/Havana', 'America/Asuncion', 'America/Santiago', 'Africa/Cairo', 'Asia/Amman'],
  ...['America/Sao_Paulo', 'Asia/Tehran', 'Atlantic/Azores', 'Europe/Vienna', 'UTC'],
];
/** The days on which they were, in the years before the world agreed to change them less. */
const days = Array.from({ length: 365 }, (_, day) => new Date(Date.UTC(2017, 0, 1 + day)).toISOString().slice(0, 10));

/** The local date of an instant, by what the JavaScript engine knows of zones: an oracle of its own. */
function localDate(zone: string) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (at: number) => format.format(at);
}

describe.each(testEngines())(
  'a run on the day that its zone changes its clocks at midnight, on $name',
  ({ create }) => {
    let test: TestDatabase;
    beforeAll(async () => {
      test = await create();
    });
    afterAll(() => test?.close());

    it.each(zones)(
      'begins with the first instant of its first day and ends with the last of its last, in %s',
      async (zone) => {
        const { rows } = await test.db.query<{ day: string; begins: Date; ends: Date }>(sql`
      select to_char(day, 'YYYY-MM-DD') as day, run_starts_at(run) as begins, run_ends_at(run) as ends
      from unnest(${days}::date[]) as day
      cross join lateral (
        select jsonb_populate_record(null::production_runs, jsonb_build_object('start_date', day, 'end_date', day,
          'time_zone', ${zone}::text)) as run) made`);
        const dateAt = localDate(zone);
        const wrong = rows.filter(({ day, begins, ends }) => {
          const [first, end] = [begins.getTime(), ends.getTime()];
          return !(dateAt(first) === day && dateAt(first - 1) < day && dateAt(end - 1) === day && dateAt(end) > day);
        });
        expect(wrong).toEqual([]);
      },
    );
  },
);
