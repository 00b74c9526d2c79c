import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataKey, openDataKeys } from '../../keys/data-keys.ts';
import { nobleEngine, randomScalars } from '../../keys/p224/p224.ts';
import { systemScope } from '../../platform/db/queryable.ts';
import { rejectedRows } from '../../platform/jobs/job-files-store.ts';
import { insertJob } from '../../platform/jobs/jobs-store.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { type Key, newBatch } from '../testing/imports.ts';
import { manufacturedRules } from './manufactured-rules.ts';
import { type ImportOptions, type ImportRules, runImport } from './run-import.ts';
import { trackerRules } from './tracker-rules.ts';

const macs = Array.from({ length: 6 }, (_, i) => `02:00:00:00:00:A${i}`);
const pool = (...values: string[]) => fc.constantFrom(...values);
/** Few values, so that they meet; and texts that no database takes as they are. */
const anyMac = fc.oneof(
  { weight: 8, arbitrary: pool(...macs) },
  pool('', '12:34', `${'x'.repeat(199)}😀`, '\ud83d', 'FF:FF:FF:FF:FF:FF'),
);
const anySerial = fc.oneof(
  { weight: 4, arbitrary: pool('S1', 'S2', 'S3', 's1', 'Σ€😀') },
  { weight: 4, arbitrary: pool('') },
  pool('\ud800', '\ud801', 'a\0b', 'x'.repeat(101), `${'y'.repeat(99)}😀`, '1.2E+17'),
);
const anyRemark = pool('', `${'x'.repeat(59)}😀`, `${'x'.repeat(1999)}😀`, '\0\udfff');
const known = fc.array(fc.record({ at: fc.nat(5), mac: pool(...macs), serial: pool('S1', 'S2', 'S4', '') }), {
  maxLength: 4,
});
const modes: ImportOptions[] = [
  { dryRun: true, mode: 'good-rows' },
  { dryRun: false, mode: 'all-or-nothing' },
  { dryRun: false, mode: 'good-rows' },
];
const RUNS = 10;
/** So that files of a few rows have several chunks. */
const CHUNK = 3;

// Hundreds of statements each.
describe.each(testEngines())('an import on $name stores what its check accepts', { timeout: 120_000 }, ({ create }) => {
  let app: TestConsole;
  let batch: { batchId: number; keys: Key[] };
  let other: { batchId: number; keys: Key[] };
  beforeAll(async () => {
    app = await testConsole(await create());
    const as = await app.signIn('operations');
    batch = await newBatch({ app, as });
    other = await newBatch({ app, as });
  });
  afterAll(() => app?.close());

  /** What an import of these rows does in each mode, one after the other; and the rejected rows of the last. */
  async function results<Device>(
    header: string[],
    rows: string[][],
    newRules: (jobId: number) => ImportRules<Device>,
    stored: () => Promise<unknown>,
  ) {
    const { db, now } = app.parts;
    const before = await stored();
    const found = [];
    let jobId = 0;
    for (const options of modes) {
      const job = { kind: 'tracker-import', label: '', unit: 'rows', total: null, input: {}, resource: null } as const;
      jobId = await insertJob(db, { ...job, createdBy: null }, now());
      const file = {
        header,
        async *rows() {
          for (const [i, cells] of rows.entries()) yield { row: i + 2, cells };
        },
      };
      const signal = new AbortController().signal;
      const about = { jobId, signal, progress: () => undefined };
      found.push(
        await runImport(
          db,
          about,
          file,
          () => newRules(jobId),
          () => false,
          options,
          CHUNK,
        ),
      );
      const changes = options.dryRun || (options.mode === 'all-or-nothing' && found.at(-1)!.rejected > 0);
      if (changes) expect(await stored()).toEqual(before);
      // All rows were good and are stored: the third mode would find them there.
      else if (options.mode === 'all-or-nothing') break;
    }
    const [dry, ...imported] = found as [(typeof found)[0], ...typeof found];
    const last = imported.at(-1)!;
    for (const { problems, accepted, rejected, alreadyImported } of imported)
      expect({ problems, accepted, rejected, alreadyImported }).toEqual({
        problems: dry.problems,
        accepted: dry.accepted,
        rejected: dry.rejected,
        alreadyImported: dry.alreadyImported,
      });
    expect(last.stored).toBe(dry.accepted);
    const rejected = new Set(dry.problems.map(({ row }) => row));
    expect(rejected.size).toBe(dry.rejected);
    for (const { column, message } of dry.problems) {
      expect(column === null || header.includes(column)).toBe(true);
      expect(message).toMatch(/\w.*\.$/);
    }
    expect((await rejectedRows(db, jobId, 0, 100)).map(({ row }) => row)).toEqual([...rejected].sort((a, b) => a - b));
    const { rows: left } = await db.query(sql`select from import_seen_values`);
    expect(left).toHaveLength(0);
    return rows.filter((_, i) => !rejected.has(i + 2));
  }

  it('of manufactured devices', async () => {
    const { db, now } = app.parts;
    const strange = randomBytes(28).toString('base64');
    const anyKey = fc.oneof(
      { weight: 8, arbitrary: fc.nat(7).map((at) => batch.keys[at]!.key) },
      fc.constantFrom('', 'AAAA', strange, other.keys[0]!.key),
    );
    const state = async () => {
      const { rows } = await db.query<{ key: string; mac: string | null; serial: string | null }>(sql`
        select encode(advertisement_key, 'base64') as key, upper(mac_address::text) as mac, serial_number as serial
        from trackers where key_batch_id = any(${[batch.batchId, other.batchId]}) order by id`);
      return rows;
    };
    const header = ['mac', 'key', 'advertisement key', 'serial', 'remark'];
    await fc.assert(
      fc.asyncProperty(
        known,
        fc.array(fc.tuple(anyMac, fc.constant(''), anyKey, anySerial, anyRemark), { minLength: 1, maxLength: 10 }),
        async (stored, rows) => {
          await db.query(sql`update trackers set mac_address = null, serial_number = null, manufactured_at = null
            where key_batch_id = any(${[batch.batchId, other.batchId]})`);
          for (const { at, mac, serial } of stored)
            await db.query(sql`
              update trackers set mac_address = ${mac}::macaddr, serial_number = ${serial || null}
              where id = ${[...batch.keys, ...other.keys][at * 3]!.id}
                and not exists (select from trackers where mac_address = ${mac}::macaddr or serial_number = ${serial})`);
          const expected = await state();
          const known = { checkAddress: false, serialPrefixes: [], labelRules: [], keyOrder: null };
          const rules = { keyBatchId: batch.batchId, header, ...known };
          const columns = { macAddress: 0, advertisementKey: 2, serialNumber: 3 };
          const accepted = await results(
            header,
            rows,
            (jobId) => manufacturedRules({ ...rules, jobId, columns, mixUps: null, now: now() }),
            state,
          );
          for (const [mac, , key, serial] of accepted) {
            const row = expected.find((one) => (key === '' ? one.serial === serial?.toWellFormed() : one.key === key))!;
            Object.assign(row, { mac, serial: serial?.toWellFormed() || row.serial });
          }
          expect(await state()).toEqual(expected);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('of existing trackers', async () => {
    const { db, keyring, now } = app.parts;
    const { rows: runs } = await db.query<{ id: number }>(sql`
      with c as (insert into clients (name) values ('As checked') returning id),
        b as (insert into brands (client_id, name) select id, 'Brand' from c returning id, client_id)
      insert into production_runs (brand_id, client_id, name, start_date, end_date)
      select id, client_id, 'Run', '2026-11-01', '2026-12-01' from b returning id`);
    const productionRunId = runs[0]!.id;
    const dataKey = await db.transaction(systemScope, async (tx) => {
      const { id } = await createDataKey(tx, keyring, { randomBytes, now });
      return { id, key: (await openDataKeys(tx, keyring, [id])).get(id)! };
    });
    const scalars = randomScalars(6, randomBytes);
    const secrets = Array.from({ length: 6 }, (_, i) =>
      Buffer.from(scalars.subarray(i * 28, (i + 1) * 28)).toString('base64'),
    );
    const state = async () => {
      const { rows } = await db.query<{ key: string; mac: string | null; serial: string | null }>(sql`
        select encode(advertisement_key, 'base64') as key, upper(mac_address::text) as mac, serial_number as serial
        from trackers where production_run_id = ${productionRunId} order by advertisement_key`);
      return rows;
    };
    const publicOf = (secret: string) =>
      Buffer.from(nobleEngine.derivePublicX(Buffer.from(secret, 'base64'))).toString('base64');
    const header = ['private key', 'mac', 'serial', 'remark'];
    const columns = { privateKey: 0, macAddress: 1, serialNumber: 2 };
    const newRules = (jobId: number) =>
      trackerRules({
        ...{ jobId, header, columns, productionRunId, firmware: null, dataKey, randomBytes },
        engine: nobleEngine,
        mixUps: null,
        now: now(),
      });
    const anySecret = fc.oneof(
      { weight: 8, arbitrary: pool(...secrets) },
      pool('', 'AAAA', Buffer.alloc(28).toString('base64')),
    );
    const anyRow = fc.tuple(anySecret, anyMac, anySerial, anyRemark);
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { maxLength: 2 }),
        fc.array(anyRow, { minLength: 1, maxLength: 9 }),
        async (stored, rows) => {
          await db.query(sql`update trackers set mac_address = null, serial_number = null`);
          await db.query(sql`delete from trackers where production_run_id = ${productionRunId}`);
          if (stored.length > 0) await results(header, stored, newRules, state);
          const expected = new Map((await state()).map((row) => [row.key, row]));
          for (const [secret, mac, serial] of await results(header, rows, newRules, state)) {
            const key = publicOf(secret!);
            const before = expected.get(key);
            // An empty cell says nothing, and takes nothing away.
            expected.set(key, {
              key,
              mac: mac || before?.mac || null,
              serial: serial?.toWellFormed() || before?.serial || null,
            });
          }
          const inOrder = [...expected.values()].sort((a, b) =>
            Buffer.compare(Buffer.from(a.key, 'base64'), Buffer.from(b.key, 'base64')),
          );
          expect(await state()).toEqual(inOrder);
        },
      ),
      { numRuns: RUNS, examples: [[[[secrets[0]!, macs[0]!, 'S1', '']], [[secrets[0]!, '', '', '']]]] },
    );
  });

  it('names the row that the database refuses, whatever the rules thought of it', async () => {
    const { db, now } = app.parts;
    await db.query(sql`update trackers set mac_address = null, serial_number = null`);
    const header = ['mac', 'advertisement key', 'serial'];
    const columns = { macAddress: 0, advertisementKey: 1, serialNumber: 2 };
    const known = { checkAddress: false, serialPrefixes: [], labelRules: [] };
    const options = { keyBatchId: batch.batchId, header, columns, ...known };
    const rows = batch.keys.map(({ key }, i) => [`02:00:00:00:01:${String(i).padStart(2, '0')}`, key, `N${i}`]);
    /** A rival takes an address and a serial number between the check of the rows and their storing. */
    const rivals = [
      sql`update trackers set mac_address = '02:00:00:00:01:03' where id = ${other.keys[0]!.id}`,
      sql`update trackers set serial_number = 'N7' where id = ${other.keys[1]!.id}`,
      sql`update trackers set mac_address = '02:00:00:00:09:09' where id = ${batch.keys[9]!.id}`,
    ];
    const job = { kind: 'tracker-import', label: '', unit: 'rows', total: null, input: {}, resource: null } as const;
    const jobId = await insertJob(db, { ...job, createdBy: null }, now());
    const file = {
      header,
      async *rows() {
        for (const [i, cells] of rows.entries()) yield { row: i + 2, cells };
      },
    };
    const rules = manufacturedRules({ ...options, jobId, keyOrder: null, mixUps: null, now: now() });
    const raced: typeof rules = {
      ...rules,
      async check(tx, sent) {
        const checked = await rules.check(tx, sent);
        for (const rival of rivals.splice(0)) await tx.query(rival);
        return checked;
      },
    };
    const about = { jobId, signal: new AbortController().signal, progress: () => undefined };
    const result = await runImport(
      db,
      about,
      file,
      () => raced,
      () => false,
      { dryRun: false, mode: 'good-rows' },
    );
    expect(result).toMatchObject({ rows: 12, accepted: 9, stored: 9, rejected: 3 });
    expect(result.problems.map(({ row, column, code, value }) => [row, column, code, value])).toEqual([
      [5, 'mac', 'mac-in-use', '02:00:00:00:01:03'],
      [9, 'serial', 'serial-in-use', 'N7'],
      [11, 'advertisement key', 'not-stored', batch.keys[9]!.key],
    ]);
  });
});
