import sql from 'sql-template-tag';
import { bluetoothAddressOf, KEY_BYTES } from '../../src-shared/domain/find-my/keys.ts';
import { createDataKey } from '../core/keys/data-keys.ts';
import { generateKeyBatch, HASH_BYTES, SEALED_KEY_BYTES } from '../core/keys/generator/generate-keys.ts';
import { p224Engine } from '../core/keys/p224/load-engine.ts';
import type { Transaction } from '../core/platform/db/queryable.ts';
import { AT_MANUFACTURER, demoBatches, demoRuns, STOCK } from './company.ts';
import type { CompanyIds } from './seed-company.ts';
import { daysFrom, type SeedContext } from './seed-context.ts';

export interface SeededTracker {
  id: number;
  mac: string;
}

/** Days from the making of a batch to the day its devices came back. */
const MANUFACTURED_AFTER = 12;

/**
 * The key batches with real key pairs, their private keys sealed as the console seals its own. Returns the trackers of
 * each run, in the order of their ids; those of a run follow one another.
 */
export async function insertTrackers(
  tx: Transaction,
  context: SeedContext,
  ids: CompanyIds,
): Promise<Map<string, SeededTracker[]>> {
  const byRun = new Map<string, SeededTracker[]>();
  let serial = 1;
  for (const batch of demoBatches) {
    const runs = demoRuns.filter((run) => run.batch === batch.key);
    const stock = STOCK.batch === batch.key ? STOCK.trackers : 0;
    const away = AT_MANUFACTURER.batch === batch.key ? AT_MANUFACTURER.trackers : 0;
    const count = runs.reduce((sum, run) => sum + run.trackers, stock + away);
    const runOf = runs.flatMap((run) => new Array<string | null>(run.trackers).fill(run.name));
    while (runOf.length < count) runOf.push(null);
    const trackers = await insertBatch(tx, context, ids, {
      ...batch,
      runIds: runOf.map((name) => (name === null ? null : ids.runs.get(name)!)),
      firstSerial: away > 0 ? null : serial,
    });
    serial += away > 0 ? 0 : count;
    for (const [i, tracker] of trackers.entries()) {
      const name = runOf[i];
      if (name) byRun.set(name, [...(byRun.get(name) ?? []), tracker]);
    }
  }
  return byRun;
}

interface BatchToMake {
  label: string;
  madeDaysAgo: number;
  runIds: readonly (number | null)[];
  /** Null: not manufactured yet. */
  firstSerial: number | null;
}

async function insertBatch(tx: Transaction, context: SeedContext, ids: CompanyIds, batch: BatchToMake) {
  const { keyring, randomBytes, keyBytes = randomBytes, now } = context;
  const madeAt = daysFrom(now, -batch.madeDaysAgo);
  const manufacturedAt = batch.firstSerial === null ? null : daysFrom(madeAt, MANUFACTURED_AFTER);
  const count = batch.runIds.length;
  const dataKey = await createDataKey(tx, keyring, { randomBytes, now: () => madeAt });
  try {
    const made = generateKeyBatch(p224Engine(), { count, dataKey: dataKey.key, table: 'trackers' }, keyBytes);
    const { rows } = await tx.query<{ id: number }>(sql`
      insert into key_batches (label, requested_count, state, firmware, data_key_id, first_exported_at, created_by, created_at)
      values (${batch.label}, ${count}::int, 'ready', 'flagged', ${dataKey.id}::bigint, null, ${ids.users.get('ops')!}::bigint, ${madeAt})
      returning id`);
    const keys = slices(made.advertisementKeys, KEY_BYTES);
    const macs = keys.map(bluetoothAddressOf);
    const serials = keys.map((_, i) => (batch.firstSerial === null ? null : serialNumber(batch.firstSerial + i)));
    const inserted = await tx.query<{ id: number; mac: string }>(sql`
      insert into trackers (key_batch_id, production_run_id, advertisement_key, hashed_advertisement_key, private_key,
        data_key_id, broadcast_address, mac_address, serial_number, firmware, manufactured_at, created_at)
      select ${rows[0]!.id}::bigint, run, key, hashed, sealed, ${dataKey.id}::bigint, mac,
        case when serial is not null then mac end, serial, 'flagged', ${manufacturedAt}::timestamptz, ${madeAt}::timestamptz
      from unnest(${batch.runIds}::bigint[], ${keys}::bytea[], ${slices(made.hashedKeys, HASH_BYTES)}::bytea[],
        ${slices(made.sealedPrivateKeys, SEALED_KEY_BYTES)}::bytea[], ${macs}::macaddr[], ${serials}::text[])
        with ordinality as t (run, key, hashed, sealed, mac, serial, place)
      order by place
      returning id, upper(broadcast_address::text) as mac`);
    return inserted.rows.sort((one, other) => one.id - other.id);
  } finally {
    dataKey.key.fill(0);
  }
}

const serialNumber = (n: number) => `GL-${String(n).padStart(6, '0')}`;

function slices(bytes: Uint8Array, length: number): Buffer[] {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / length }, (_, i) => whole.subarray(i * length, (i + 1) * length));
}
