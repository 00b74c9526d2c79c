import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bluetoothAddressOf } from '../../../../src-shared/domain/find-my/keys.ts';
import { openDataKeys } from '../../keys/data-keys.ts';
import { open } from '../../keys/envelope.ts';
import { nobleEngine } from '../../keys/p224/p224.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe.each(testEngines())('key batches on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  beforeAll(async () => {
    app = await testConsole(await create());
    as = await app.signIn('operations');
  });
  afterAll(() => app?.close());

  const newBatch = async (count: number) => {
    const { status, body } = await app.send('POST', '/key-batches', {
      as,
      body: { count, label: `Batch of ${count}` },
    });
    expect(status).toBe(202);
    return { jobId: body.id as number, batchId: body.resource.id as number };
  };
  const rowsOf = async (batchId: number) =>
    (
      await app.parts.db.query<{
        id: number;
        adv: Buffer;
        hashed: Buffer;
        sealed: Buffer;
        key: number;
        mac: string;
      }>(sql`
        select id, advertisement_key as adv, hashed_advertisement_key as hashed, private_key as sealed, data_key_id as key,
          upper(broadcast_address::text) as mac from trackers where key_batch_id = ${batchId} order by id`)
    ).rows;

  it('generates pairs that belong together, sealed under the data key of the batch', async () => {
    const { jobId, batchId } = await newBatch(300);
    const job = await app.jobEnd(jobId, as);
    expect(job).toMatchObject({
      state: 'succeeded',
      progress: { done: 300, total: 300 },
      resource: { type: 'key-batch', id: batchId },
    });
    const rows = await rowsOf(batchId);
    expect(rows).toHaveLength(300);
    const keys = await openDataKeys(app.parts.db, app.parts.keyring, [rows[0]!.key]);
    for (const { adv, hashed, sealed, mac, key } of rows.slice(0, 10)) {
      expect(sha256(adv)).toBe(hashed.toString('hex'));
      expect(mac).toBe(bluetoothAddressOf(adv));
      const scalar = open(keys.get(key)!, { table: 'trackers', id: hashed.toString('base64') }, sealed);
      expect(Buffer.from(nobleEngine.derivePublicX(scalar)).equals(adv)).toBe(true);
    }
    const { body } = await app.send('GET', `/key-batches/${batchId}`, { as });
    expect(body).toMatchObject({ state: 'ready', counts: { requested: 300, generated: 300, exported: 0, missing: 0 } });
    expect((await app.send('GET', '/key-batches?limit=1', { as })).body.items[0].id).toBe(batchId);
  });

  it('goes on where an interrupted generation stopped, without gap or duplicate', async () => {
    const { jobId, batchId } = await newBatch(9000);
    for (;;) {
      const { body } = await app.send('GET', `/key-batches/${batchId}`, { as });
      if (body.counts.generated > 0) break;
    }
    await app.parts.jobs.stop();
    const stored = (await rowsOf(batchId)).length;
    expect(stored).toBeGreaterThan(0);
    const again = await testConsoleOn(app);
    const job = await again.jobEnd(jobId, as);
    expect(job.state).toBe('succeeded');
    const rows = await rowsOf(batchId);
    expect(rows).toHaveLength(9000);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(1);
  });
  /** The console starts again on the same database. */
  async function testConsoleOn(before: TestConsole) {
    app = await before.restart();
    return app;
  }

  it('keeps the keys of a cancelled batch, which is made to its end when it is started again', async () => {
    const { jobId, batchId } = await newBatch(500_000);
    const restart = () => app.send('POST', `/key-batches/${batchId}/generation`, { as });
    for (;;) {
      const { body } = await app.send('GET', `/jobs/${jobId}`, { as });
      if (body.progress.done > 0) break;
    }
    expect((await restart()).body.detail).toBe('The keys of this batch are still being made.');
    await app.send('POST', `/jobs/${jobId}/cancel`, { as });
    expect((await app.jobEnd(jobId, as)).state).toBe('cancelled');
    const { body } = await app.send('GET', `/key-batches/${batchId}`, { as });
    expect(body).toMatchObject({ state: 'cancelled', canStartAgain: true });
    const kept = (await rowsOf(batchId)).map(({ id }) => id);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(500_000);
    // Half a million keys take too long for a test.
    const wanted = kept.length + 500;
    await app.parts.db.query(sql`update key_batches set requested_count = ${wanted} where id = ${batchId}`);
    const again = await restart();
    expect([again.status, again.body.resource.id]).toEqual([202, batchId]);
    expect((await restart()).status).toBe(409);
    expect((await app.jobEnd(again.body.id, as)).state).toBe('succeeded');
    const rows = await rowsOf(batchId);
    expect(rows).toHaveLength(wanted);
    expect(rows.slice(0, kept.length).map(({ id }) => id)).toEqual(kept);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(1);
    const { body: made } = await app.send('GET', `/key-batches/${batchId}`, { as });
    expect(made).toMatchObject({ state: 'ready', canStartAgain: false, jobId: again.body.id });
    expect((await restart()).body.detail).toBe('This batch already has all of its keys.');
  });

  it('can be started again where its job ended without ending it', async () => {
    const { jobId, batchId } = await newBatch(3);
    await app.jobEnd(jobId, as);
    await app.parts.db.query(sql`update key_batches set state = 'generating', job_id = null where id = ${batchId}`);
    const again = await app.send('POST', `/key-batches/${batchId}/generation`, { as });
    expect((await app.jobEnd(again.body.id, as)).state).toBe('succeeded');
    const { body } = await app.send('GET', `/key-batches/${batchId}`, { as });
    expect(body).toMatchObject({ state: 'ready', counts: { generated: 3 } });
  });

  it.each(['csv', 'json', 'keyfile'])('exports %s: byte-identical, recorded, without private keys', async (format) => {
    const { jobId, batchId } = await newBatch(25);
    await app.jobEnd(jobId, as);
    const path = `/key-batches/${batchId}/exports?format=${format}&recipient=Factory%20%C3%84`;
    const [one, two] = [await app.raw('GET', path, { as }), await app.raw('GET', path, { as })];
    const bytes = Buffer.from(await one.arrayBuffer());
    expect(Buffer.from(await two.arrayBuffer()).equals(bytes)).toBe(true);
    expect(one.headers.get('content-disposition')).toContain(`key-batch-${batchId}-Batch-of-25`);
    const rows = await rowsOf(batchId);
    if (format === 'csv') {
      const lines = bytes.toString().split('\r\n');
      expect(lines[0]).toBe('advertisement_key,hashed_advertisement_key,broadcast_address');
      expect(lines.slice(1, -1)).toEqual(
        rows.map(({ adv, hashed, mac }) => `${adv.toString('base64')},${hashed.toString('base64')},${mac}`),
      );
    } else if (format === 'json') {
      const entries = JSON.parse(bytes.toString());
      expect(entries).toHaveLength(25);
      expect(entries[3].advertisementKey).toBe(rows[3]!.adv.toString('base64'));
    } else {
      expect(bytes.length).toBe(25 * 1024 + 1024); // a header and a padded file each, and the end
      expect(bytes.toString('ascii', 0, 20)).toBe(`${rows[0]!.mac.replaceAll(':', '')}_keyfile`);
      expect(bytes.subarray(512, 512 + 29)).toEqual(Buffer.concat([Buffer.of(1), rows[0]!.adv]));
    }
    const keys = await openDataKeys(app.parts.db, app.parts.keyring, [rows[0]!.key]);
    for (const { hashed, sealed, key } of rows) {
      const scalar = Buffer.from(open(keys.get(key)!, { table: 'trackers', id: hashed.toString('base64') }, sealed));
      for (const form of [scalar, scalar.toString('base64'), scalar.toString('hex'), sealed])
        expect(bytes.includes(form)).toBe(false);
    }
    const { body } = await app.send('GET', `/key-batches/${batchId}/export-records`, { as });
    expect(body.items).toHaveLength(2);
    expect(body.items[0]).toMatchObject({ format, recipient: 'Factory Ä', keyCount: 25, sha256: sha256(bytes) });
    const batch = await app.send('GET', `/key-batches/${batchId}`, { as });
    expect(batch.body.counts).toMatchObject({ exported: 25, manufactured: 0, missing: 25 });
    const admin = await app.signIn('admin');
    const audit = await app.send('GET', '/audit-entries?action=keyBatch.export', { as: admin });
    expect(audit.body.items[0].details).toMatchObject({ sha256: sha256(bytes), format });
  });

  it('refuses while it has no keys, or the batch is unfinished or not there', async () => {
    app.parts.keyring.lock();
    expect((await app.send('POST', '/key-batches', { as, body: { count: 1, label: 'x' } })).status).toBe(423);
    await app.parts.keyring.unlock();
    expect((await app.send('GET', '/key-batches/999999', { as })).status).toBe(404);
    expect((await app.send('GET', '/key-batches/999999/exports', { as })).status).toBe(404);
    const noRun = await app.send('POST', '/key-batches', { as, body: { count: 1, label: 'x', productionRunId: 999 } });
    expect(noRun.body.fields[0].path).toBe('productionRunId');
  });
});
