import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgres, type TestDatabase, testEngines } from '../../testing/database.ts';
import { needing } from '../../testing/needing.ts';
import { takeTurn } from './housekeeping-store.ts';
import { systemScope } from './queryable.ts';

const MINUTE_MS = 60_000;

describe.each(testEngines())('what one console does for all, on $name', ({ create }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await create();
  });
  afterAll(() => test.close());
  const take = () =>
    test.db.transaction(systemScope, (tx) => takeTurn(tx, 'what the passing of time causes', MINUTE_MS));
  beforeEach(take);
  const lastTaken = (minutesAgo: number) =>
    test.db.query(
      sql`update housekeeping_turns set taken_at = clock_timestamp() - ${minutesAgo} * interval '1 minute'`,
    );

  it('is due once in its time, by the clock of the database', async () => {
    await lastTaken(2);
    expect([await take(), await take()]).toEqual([true, false]);
    await lastTaken(2);
    expect(await take()).toBe(true);
  });

  it('is due when the clock was set back after it was taken', async () => {
    await lastTaken(-24 * 60);
    expect([await take(), await take()]).toEqual([true, false]);
  });

  it('is due again where it failed', async () => {
    await lastTaken(2);
    const failing = test.db.transaction(systemScope, async (tx) => {
      await takeTurn(tx, 'what the passing of time causes', MINUTE_MS);
      throw new Error('failed');
    });
    await expect(failing).rejects.toThrow('failed');
    expect(await take()).toBe(true);
  });
});

needing('postgres').it('a turn isn’t waited for while another console has it in hand', async () => {
  const test = await postgres.create();
  const take = () =>
    test.db.transaction(systemScope, (tx) => takeTurn(tx, 'what the passing of time causes', MINUTE_MS));
  expect(await take()).toBe(true);
  await test.db.query(sql`update housekeeping_turns set taken_at = clock_timestamp() - interval '2 minutes'`);
  await test.db.transaction(systemScope, async (tx) => {
    expect(await takeTurn(tx, 'what the passing of time causes', MINUTE_MS)).toBe(true);
    expect(await take()).toBe(false);
  });
  await test.close();
});
