import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import sql from 'sql-template-tag';
import { createDataKey } from '../../src-main/core/keys/data-keys.ts';
import { hashAdvertisementKey } from '../../src-main/core/keys/hashed-key.ts';
import { systemScope } from '../../src-main/core/platform/db/queryable.ts';
import { testConsole } from '../../src-main/core/testing/console.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import { insertGeneratedTrackers } from '../../src-main/core/trackers/new-trackers-store.ts';
import { bluetoothAddressOf, KEY_BYTES } from '../../src-shared/domain/find-my/keys.ts';
import { type Figure, less, more } from './figure.ts';

/** Rows of the returned file; IMPORT_ROWS for a quick look. */
const ROWS = Number(process.env.IMPORT_ROWS ?? 1_000_000);
const PART = 10_000;
const MIB = 1024 * 1024;
/** How much the core's process may grow by the import of a million rows. */
const GOAL_MIB = 150;

/**
 * A returned file of a million rows, as a job that uploads, checks and stores it (good rows only), against a bare
 * `update … from unnest` of the same rows without reading or checking anything; and how much the process grows meanwhile.
 */
export async function figures(): Promise<Figure[]> {
  const app = await testConsole(await testEngines().at(-1)!.create(), { readsElsewhere: true });
  try {
    const as = await app.signIn('operations');
    const { db, keyring, randomBytes: random } = app.parts;
    const { rows } = await db.query<{ id: number }>(sql`
      insert into key_batches (label, requested_count, state, created_by)
      select 'Bench', ${ROWS}::int, 'ready', max(id) from users returning id`);
    const batchId = rows[0]!.id;
    const dataKey = await db.transaction(systemScope, (tx) =>
      createDataKey(tx, keyring, { randomBytes: random, now: app.parts.now }),
    );
    // Random values of the right length: an import compares keys, it doesn't open them.
    const keys = Buffer.from(randomBytes(ROWS * KEY_BYTES));
    for (let at = 0; at < ROWS; at += PART) {
      const count = Math.min(PART, ROWS - at);
      const advertisementKeys = keys.subarray(at * KEY_BYTES, (at + count) * KEY_BYTES);
      const hashedKeys = Buffer.concat(
        Array.from({ length: count }, (_, i) => hashAdvertisementKey(keyAt(advertisementKeys, i))),
      );
      const part = { count, advertisementKeys, hashedKeys, sealedPrivateKeys: randomBytes(count * 57), sampled: 0 };
      await db.transaction(systemScope, (tx) =>
        insertGeneratedTrackers(
          tx,
          { keyBatchId: batchId, dataKeyId: dataKey.id, keysPerDevice: 1 },
          part,
          app.parts.now(),
        ),
      );
    }
    await db.query(sql`analyze trackers`);

    const bare = await bareUpdate(app.parts.db, batchId);
    await db.query(sql`update trackers set mac_address = null, manufactured_at = null where key_batch_id = ${batchId}`);
    await db.query(sql`vacuum analyze trackers`);

    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const started = performance.now();
    const { body } = await app.send(
      'POST',
      `/key-batches/${batchId}/manufactured-devices?mode=good-rows&checkAddress=true`,
      {
        as,
        body: fileOf(keys),
        headers: { 'content-type': 'text/csv' },
      },
    );
    const job = await app.jobEnd(body.id, as);
    const seconds = (performance.now() - started) / 1000;
    clearInterval(watch);
    // Of a million random keys two may broadcast under one address; such a pair is stored once.
    if (job.state !== 'succeeded' || Number(job.result?.accepted) < ROWS * 0.999)
      throw new Error(`the import did not succeed: ${JSON.stringify(job).slice(0, 500)}`);
    return [
      more(`import of ${ROWS} returned devices, ${app.parts.db.engine}`, 'rows/s', ROWS / seconds, {
        name: 'bare update',
        value: bare,
      }),
      less("growth of the core's process meanwhile", 'MiB', (peak - before) / MIB, { name: 'goal', value: GOAL_MIB }),
    ];
  } finally {
    await app.close();
  }
}

const keyAt = (keys: Buffer, i: number) => keys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);

/** Rows a second of the same change without a file, in statements of 10,000. */
async function bareUpdate(db: Parameters<typeof createDataKey>[0], batchId: number): Promise<number> {
  const { rows } = await db.query<{ ids: string }>(sql`
    select string_agg(id::text, ',' order by id) as ids from trackers where key_batch_id = ${batchId}`);
  const ids = rows[0]!.ids.split(',');
  const started = performance.now();
  for (let at = 0; at < ids.length; at += PART) {
    const part = ids.slice(at, at + PART);
    const macs = part.map((_, i) => (at + i).toString(16).padStart(12, '0'));
    await db.query(sql`
      update trackers t set mac_address = d.mac, manufactured_at = now()
      from unnest(${part}::bigint[], ${macs}::macaddr[]) as d(id, mac) where t.id = d.id and t.mac_address is null`);
  }
  return ids.length / ((performance.now() - started) / 1000);
}

/** The file as a stream, so that the bench does not hold it. */
function fileOf(keys: Buffer): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const lines = at === 0 ? ['mac,advertisement_key'] : [];
      for (const end = Math.min(ROWS, at + 1000); at < end; at++) {
        const key = keyAt(keys, at);
        lines.push(`${bluetoothAddressOf(key)},${key.toString('base64')}`);
      }
      controller.enqueue(encoder.encode(`${lines.join('\r\n')}\r\n`));
      if (at === ROWS) controller.close();
    },
  });
}
