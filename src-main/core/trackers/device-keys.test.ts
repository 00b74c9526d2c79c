import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataKeys } from '../keys/data-keys.ts';
import { open, PRIVATE_KEY_RECORD } from '../keys/envelope.ts';
import { connectionConfig } from '../platform/db/connection.ts';
import { migrate } from '../platform/db/migrate.ts';
import { insertIds } from '../testing/company.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { dropAll } from '../testing/drop-all.ts';
import { insertKek, insertKeyedTrackers } from '../testing/keyed-trackers.ts';
import { sealedPrivateKeys } from './tracker-keys-store.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations');
const REPORTED = new Date('2026-05-01T00:00:00Z');

describe.each(testEngines())('device keys on $name', ({ create }) => {
  let test: TestDatabase;
  let folder: string;
  let ids: number[];
  let kek: Awaited<ReturnType<typeof insertKek>>;

  beforeAll(async () => {
    test = await create();
    const { db } = test;
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await db.query(dropAll);
    const files = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort();
    for (const name of files.filter((file) => file < '0100')) await cp(join(migrations, name), join(folder, name));
    await migrate(connectionConfig(test.connection), folder);
    kek = await insertKek(db);
    ids = (await insertKeyedTrackers(db, kek, { count: 3, runId: null })).map(({ id }) => id);
    await db.query(sql`select ensure_location_report_partitions(${REPORTED}, ${REPORTED})`);
    await db.query(sql`insert into location_reports (tracker_id, reported_at, payload_hash, received_at, confidence)
      values (${ids[0]!}::bigint, ${REPORTED}, sha256('x'), ${REPORTED}, 1)`);
    await cp(migrations, folder, { recursive: true });
    await migrate(connectionConfig(test.connection), folder);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await test?.close();
  });

  const keysOf = async (trackerId: number) => {
    const { rows } = await test.db.query<{ number: number; key: string }>(sql`
      select number, encode(hashed_advertisement_key, 'base64') as key from device_keys
      where tracker_id = ${trackerId} order by number`);
    return rows;
  };
  const firstOf = async (trackerId: number) => {
    const { rows } = await test.db.query<{ key: string; sealed: Buffer | null }>(sql`
      select encode(hashed_advertisement_key, 'base64') as key, private_key as sealed from trackers where id = ${trackerId}`);
    return rows[0]!;
  };

  it('makes a first key of what each tracker had, which opens as before, and whose reports stay', async () => {
    for (const id of ids) expect(await keysOf(id)).toEqual([{ number: 1, key: (await firstOf(id)).key }]);
    const { rows } = await test.db.query(sql`select key_number from location_reports where tracker_id = ${ids[0]!}`);
    expect(rows).toEqual([{ key_number: 1 }]);
  });

  it('keeps the fields of a tracker those of its first key, wherever keys move, and the keys open there', async () => {
    const [a, b] = (await insertKeyedTrackers(test.db, kek, { count: 2, runId: null })).map(({ id }) => id) as [
      number,
      number,
    ];
    const [ofA, ofB] = [(await firstOf(a)).key, (await firstOf(b)).key];
    await test.db.query(sql`
      update device_keys set tracker_id = case when tracker_id = ${a} then ${b}::bigint else ${a}::bigint end
      where tracker_id in (${a}, ${b})`);
    expect([(await firstOf(a)).key, (await firstOf(b)).key]).toEqual([ofB, ofA]);
    await test.db.query(sql`update device_keys set tracker_id = ${a}, number = 2 where tracker_id = ${b}`);
    expect(await keysOf(a)).toEqual([
      { number: 1, key: ofB },
      { number: 2, key: ofA },
    ]);
    const rows = await sealedPrivateKeys(test.db, [a]);
    const dataKeys = await openDataKeys(
      test.db,
      kek,
      rows.map(({ dataKeyId }) => dataKeyId),
    );
    for (const { hashedKey, sealed, dataKeyId } of rows)
      expect(open(dataKeys.get(dataKeyId)!, { table: PRIVATE_KEY_RECORD, id: hashedKey }, sealed)).toHaveLength(28);
  });

  it('takes no key twice, and no number beyond 250', async () => {
    const add = (number: number, of: number) =>
      test.db.query(sql`
        insert into device_keys (tracker_id, number, advertisement_key, hashed_advertisement_key, broadcast_address)
        select ${ids[1]!}::bigint, ${number}::smallint, advertisement_key, hashed_advertisement_key, broadcast_address
        from device_keys where tracker_id = ${of} and number = 1`);
    await expect(add(2, ids[2]!)).rejects.toMatchObject({ code: '23505' });
    await expect(add(251, ids[2]!)).rejects.toMatchObject({ code: '23514' });
  });

  it('goes with its tracker', async () => {
    await insertIds(test.db, sql`delete from trackers where id = ${ids[2]!} returning id`);
    expect(await keysOf(ids[2]!)).toEqual([]);
  });
});
