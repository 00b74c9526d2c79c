import { randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import { KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import { encodePlaintext } from '../../../src-shared/domain/find-my/plaintext.ts';
import { encryptReport } from '../fetching/testing/encrypt-report.ts';
import { createDataKey, type KekHolder } from '../keys/data-keys.ts';
import { generateKeyBatch, HASH_BYTES, SEALED_KEY_BYTES } from '../keys/generator/generate-keys.ts';
import { p224Engine } from '../keys/p224/load-engine.ts';
import { randomScalars } from '../keys/p224/p224.ts';
import type { Database } from '../platform/db/queryable.ts';
import { firmwareColumn } from './company.ts';

export interface KeyedTracker {
  id: number;
  advertisementKey: Uint8Array;
  /** base64 */
  hashedKey: string;
}

/** A key-encryption key of the test's own, in use in this database. */
export async function insertKek(db: Database): Promise<KekHolder> {
  const kek = randomBytes(32);
  const { rows } = await db.query<{ id: number }>(
    sql`insert into key_encryption_keys (kdf, wrapped_key, check_value) values ('{}', '', '') returning id`,
  );
  const kekId = rows[0]!.id;
  return { kek: () => kek, kekId: () => kekId };
}

/** Manufactured trackers with real keys, sealed as in production. */
export async function insertKeyedTrackers(
  db: Database,
  keys: KekHolder,
  options: { count: number; runId: number | null; manufactured?: boolean },
): Promise<KeyedTracker[]> {
  const { count, runId, manufactured = true } = options;
  const dataKey = await createDataKey(db, keys, { randomBytes, now: () => new Date() });
  const batch = generateKeyBatch(p224Engine(), { count, dataKey: dataKey.key, table: 'trackers' }, randomBytes);
  const firmware = await firmwareColumn(db);
  const made: KeyedTracker[] = [];
  for (let i = 0; i < count; i++) {
    const advertisementKey = batch.advertisementKeys.slice(i * KEY_BYTES, (i + 1) * KEY_BYTES);
    const hashed = batch.hashedKeys.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES);
    const sealed = batch.sealedPrivateKeys.slice(i * SEALED_KEY_BYTES, (i + 1) * SEALED_KEY_BYTES);
    const address = `c${randomBytes(6).toString('hex').slice(1)}`;
    const { rows } = await db.query<{ id: number }>(sql`
      insert into trackers (production_run_id, advertisement_key, hashed_advertisement_key, private_key, data_key_id,
        broadcast_address, mac_address${firmware.column})
      values (${runId}::bigint, ${advertisementKey}, ${hashed}, ${sealed}, ${dataKey.id}, ${address}::macaddr,
        case when ${manufactured}::boolean then ${address}::macaddr end${firmware.value})
      returning id`);
    made.push({ id: rows[0]!.id, advertisementKey, hashedKey: Buffer.from(hashed).toString('base64') });
  }
  return made;
}

/** Gives a tracker as many further device keys, in order. Returns them as trackers of its id. */
export async function insertFurtherKeys(
  db: Database,
  keys: KekHolder,
  trackerId: number,
  count: number,
): Promise<KeyedTracker[]> {
  const made = await insertKeyedTrackers(db, keys, { count, runId: null, manufactured: false });
  const ids = made.map(({ id }) => id);
  await db.query(sql`
    update device_keys k set tracker_id = ${trackerId},
      number = array_position(${ids}::bigint[], k.tracker_id) + (select max(number) from device_keys where tracker_id = ${trackerId})
    where tracker_id = any(${ids}::bigint[])`);
  await db.query(sql`delete from trackers where id = any(${ids}::bigint[])`);
  return made.map((key) => ({ ...key, id: trackerId }));
}

/** A payload (base64) as a finder's phone uploads it. */
export function uploadedReport(
  tracker: KeyedTracker,
  at: Date,
  position = { latitude: 52.5, longitude: 13.4 },
): string {
  const plaintext = encodePlaintext({ ...position, horizontalAccuracyM: 10, statusByte: 0 });
  const payload = encryptReport({
    advertisementKey: tracker.advertisementKey,
    plaintext,
    ephemeralScalar: randomScalars(1, randomBytes),
    timestampMs: at.getTime(),
    confidence: 3,
    length: at.getTime() % 2000 === 0 ? 88 : 89,
  });
  return Buffer.from(payload).toString('base64');
}
