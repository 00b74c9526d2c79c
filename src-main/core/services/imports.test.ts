import { randomBytes } from 'node:crypto';
import iconv from 'iconv-lite';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportResult, Job } from '../../../src-shared/contract/jobs.ts';
import { reverseMac } from '../../../src-shared/domain/mac-address.ts';
import { hashAdvertisementKey } from '../keys/hashed-key.ts';
import { nobleEngine, randomScalars } from '../keys/p224.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

interface Key {
  id: number;
  key: string;
  hashed: string;
  mac: string;
}
const resultOf = (job: Job) => job.result as unknown as ImportResult;

describe.each(testEngines())('imports on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  let batchId: number;
  let keys: Key[];
  beforeAll(async () => {
    app = await testConsole(await create());
    as = await app.signIn('operations');
  });
  afterAll(() => app?.close());

  const upload = (path: string, body: unknown, type = 'text/csv') =>
    app.send('POST', path, { as, body, headers: { 'content-type': type } });
  const ended = async (answer: { status: number; body: { id: number } }) => {
    expect(answer.status).toBe(202);
    return app.jobEnd(answer.body.id, as);
  };

  describe('of manufactured devices', () => {
    beforeEach(async () => {
      const { body } = await app.send('POST', '/key-batches', { as, body: { count: 12, label: 'Import' } });
      await app.jobEnd(body.id, as);
      batchId = body.resource.id;
      const { rows } = await app.core.db.query<Key>(sql`
        select id, encode(advertisement_key, 'base64') as key, encode(hashed_advertisement_key, 'base64') as hashed,
          upper(broadcast_address::text) as mac from trackers where key_batch_id = ${batchId} order by id`);
      keys = rows;
    });
    const send = (body: unknown, query = '', type?: string) =>
      upload(`/key-batches/${batchId}/manufactured-devices${query}`, body, type);
    const table = (rows: readonly string[][], delimiter = ',') => rows.map((row) => row.join(delimiter)).join('\r\n');
    const good = () => keys.map(({ key, mac }) => [mac, key]);
    const macs = async () =>
      (
        await app.core.db.query<{ mac: string | null }>(sql`
          select upper(mac_address::text) as mac from trackers where key_batch_id = ${batchId} order by id`)
      ).rows.map(({ mac }) => mac);

    it('takes every encoding, delimiter and column name that factories use, and is idempotent', async () => {
      const files: [string, Uint8Array | string][] = [
        ['plain', table([['MAC Address', 'Advertisement Key'], ...good()])],
        ['BOM and semicolons', `\ufeff${table([['mac', 'adv_key'], ...good()], ';')}`],
        [
          'UTF-16LE and tabs',
          iconv.encode(table([['Bluetooth address', 'PublicKey'], ...good()], '\t'), 'utf-16le', { addBOM: true }),
        ],
        ['UTF-16BE without BOM', iconv.encode(table([['MAC', 'advertisement-key'], ...good()]), 'utf-16be')],
        [
          'Windows-1252',
          iconv.encode(
            table([['MAC', 'public key', 'Gerät'], ...good().map((row) => [...row, 'für Zürich'])], ';'),
            'windows-1252',
          ),
        ],
        [
          'quotes, blank lines, trailing delimiters',
          `"mac","key note","hashed_key",\n\n${keys.map(({ mac, hashed }) => `" ${mac.toLowerCase().replaceAll(':', '-')} ","a ""b"", c","${hashed}",`).join('\n\n')}\n\n`,
        ],
        [
          'hexadecimal, formulas of spreadsheets',
          table([
            ['mac', 'advkey'],
            ...keys.map(({ mac, key }) => [`="${mac}"`, `'${Buffer.from(key, 'base64').toString('hex')}`]),
          ]),
        ],
      ];
      for (const [i, [name, file]] of files.entries()) {
        const dry = resultOf(await ended(await send(file, '?dryRun=true')));
        const expected = i === 0 ? { accepted: 12, alreadyImported: 0 } : { accepted: 0, alreadyImported: 12 };
        expect(dry, name).toMatchObject({ dryRun: true, rows: 12, rejected: 0, stored: 0, ...expected });
        const real = resultOf(await ended(await send(file)));
        expect(real, name).toMatchObject({ dryRun: false, rejected: 0, stored: expected.accepted });
        expect(await macs()).toEqual(keys.map(({ mac }) => mac));
      }
      const { body } = await app.send('GET', `/key-batches/${batchId}`, { as });
      expect(body.counts.manufactured).toBe(12);
      const { rows } = await app.core.db.query(sql`select from job_files`);
      expect(rows).toHaveLength(0);
    });

    it('takes a JSON array, with serial numbers', async () => {
      const list = keys.map(({ key, mac }, i) => ({
        mac,
        advertisementKey: key,
        serialNumber: `S-${batchId}-${i}`,
        extra: { a: [1, '"]'] },
      }));
      const result = resultOf(await ended(await send(JSON.stringify(list, null, 1), '', 'application/json')));
      expect(result).toMatchObject({
        rows: 12,
        stored: 12,
        columns: { macAddress: 'mac', serialNumber: 'serialNumber' },
      });
      const bySerial = list.map(({ mac, serialNumber }) => ({ mac, sn: serialNumber }));
      expect(resultOf(await ended(await send(JSON.stringify(bySerial), '', 'application/json'))).alreadyImported).toBe(
        12,
      );
    });

    it('names row, column and reason of every bad row, stores nothing or the good rows, and returns the bad ones', async () => {
      const { body: other } = await app.send('POST', '/key-batches', { as, body: { count: 1, label: 'Other' } });
      await app.jobEnd(other.id, as);
      const { rows: foreign } = await app.core.db.query<{ key: string }>(sql`
        select encode(advertisement_key, 'base64') as key from trackers where key_batch_id = ${other.resource.id}`);
      const strange = randomBytes(28).toString('base64');
      const [a, b, c, d, e, f, g, h] = keys as [Key, Key, Key, Key, Key, Key, Key, Key];
      await ended(
        await send(
          table([
            ['mac', 'key', 'advertisement key'],
            [h.mac, '', h.key],
          ]),
        ),
      );
      const file = table([
        ['mac', 'advertisement_key', 'hashed_key', 'note'],
        [a.mac, a.key, a.hashed, 'fine'],
        ['12:34', b.key, '', '=1+2'],
        ['', c.key, '', ''],
        [a.mac, d.key, '', ''],
        [d.mac, a.key, '', ''],
        ['02:00:00:00:00:01', strange, '', ''],
        ['02:00:00:00:00:02', foreign[0]!.key, '', ''],
        ['02:00:00:00:00:03', 'AAAA', '', ''],
        ['02:00:00:00:00:04', e.key, f.hashed, ''],
        [reverseMac(f.mac), f.key, '', ''],
        ['02:00:00:00:00:05', h.key, '', ''],
        [h.mac, g.key, '', ''],
        ['02:00:00:00:00:06', '', '', ''],
        ['02:00:00:00:00:07', g.key],
      ]);
      const all = resultOf(await ended(await send(file)));
      expect(all).toMatchObject({ rows: 14, accepted: 1, rejected: 13, stored: 0 });
      expect(all.problems.map(({ row, column, code }) => [row, column, code])).toEqual([
        [3, 'mac', 'malformed-mac'],
        [4, 'mac', 'missing-mac'],
        [5, 'mac', 'duplicate-mac'],
        [6, 'advertisement_key', 'duplicate-key'],
        [7, 'advertisement_key', 'unknown-key'],
        [8, 'advertisement_key', 'other-batch'],
        [9, 'advertisement_key', 'malformed-key'],
        [10, 'hashed_key', 'key-mismatch'],
        [11, 'mac', 'reversed-mac'],
        [12, 'mac', 'already-imported'],
        [13, 'mac', 'mac-in-use'],
        [14, 'advertisement_key', 'missing-key'],
        [15, null, 'too-few-cells'],
      ]);
      for (const { message } of all.problems) expect(message).toMatch(/^[A-Z].*\.$/);
      expect((await macs()).filter(Boolean)).toEqual([h.mac]);

      const job = await ended(await send(file, '?mode=good-rows'));
      expect(resultOf(job)).toMatchObject({ accepted: 1, rejected: 13, stored: 1 });
      expect((await macs())[0]).toBe(a.mac);
      const rejected = await app.send('GET', `/jobs/${job.id}/rejected-rows`, { as });
      const lines = rejected.body.replace('\ufeff', '').split('\r\n');
      expect(lines[0]).toBe('mac,advertisement_key,hashed_key,note,problem');
      expect(lines[1]).toBe(
        `12:34,${b.key.startsWith('+') ? `'${b.key}` : b.key},,'=1+2,This is not a MAC address: twelve hexadecimal digits.`,
      );
      expect(lines).toHaveLength(15);
      const corrected = resultOf(await ended(await send(rejected.body.replace('12:34', b.mac), '?dryRun=true')));
      expect(corrected).toMatchObject({ rows: 13, accepted: 1 });
    });

    it('refuses an address that the key does not broadcast only when asked to', async () => {
      const file = table([
        ['mac', 'advertisement_key'],
        ['02:00:00:00:01:01', keys[0]!.key],
      ]);
      const strict = resultOf(await ended(await send(file, '?checkAddress=true&dryRun=true')));
      expect(strict.problems[0]!.code).toBe('address-mismatch');
      expect(resultOf(await ended(await send(file))).stored).toBe(1);
    });

    it('refuses a MAC that two rows fight for in one statement, and leaves nothing half stored', async () => {
      const file = table([['mac', 'advertisement_key'], ...good()]);
      const jobs = await Promise.all([send(file), send(file)]);
      const results = await Promise.all(jobs.map(ended));
      expect(await macs()).toEqual(keys.map(({ mac }) => mac));
      const stored = results.map((job) => (job.state === 'succeeded' ? resultOf(job).stored : 0));
      expect(stored.reduce((sum, count) => sum + count)).toBe(12);
    });

    const nasty: [string, () => string | Uint8Array, RegExp][] = [
      ['an empty file', () => '', /empty/],
      ['spaces only', () => ' \n\n\t\n', /nothing but spaces/],
      ['a header only', () => 'mac,advertisement_key\n', /no device rows/],
      ['a PDF named .csv', () => '%PDF-1.7\n1 0 obj\n', /PDF document/],
      ['an Excel workbook', () => new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 0]), /Excel workbook/],
      ['NUL bytes', () => `mac,advertisement_key\n\0\0,x${'y'.repeat(50)}`, /NUL bytes/],
      [
        '65,536 columns',
        () => `${Array.from({ length: 65_536 }, (_, i) => `c${i}`).join(',')}\n1\n`,
        /columns; at most 200|longer than 256 KB/,
      ],
      ['no MAC column', () => 'serial,advertisement_key\n1,2\n', /no column with the MAC address/],
      ['no key column', () => 'mac,colour\n1,red\n', /no column with the key/],
      ['two MAC columns', () => 'mac,MAC Address,advertisement_key\n1,2,3\n', /mean the same/],
      ['an open quote', () => 'mac,advertisement_key\n"02:00,abc\n', /cut off/],
      ['a row without end', () => `mac,advertisement_key\n${'x'.repeat(300_000)}`, /longer than 256 KB/],
      ['JSON that breaks off', () => '[{"mac":"a","publicKey":"b"},', /cut off/],
      ['JSON of numbers', () => '[1,2,3]', /not an object/],
      ['an empty JSON array', () => '[]', /no device rows/],
      ['broken JSON', () => '[{"mac":1,}]', /entry 1 can’t be read/],
    ];
    it.each(nasty)('says what to do about %s', async (_name, file, sentence) => {
      const answer = await send(file());
      const detail = answer.status === 202 ? (await ended(answer)).error?.message : answer.body.detail;
      expect(detail).toMatch(sentence);
      expect(detail).toMatch(/\.$/);
      expect((await macs()).filter(Boolean)).toEqual([]);
      const { rows } = await app.core.db.query(sql`select from job_files`);
      expect(rows).toHaveLength(0);
    });

    it('survives lone surrogates, NUL in JSON and formulas in cells', async () => {
      const list = [{ mac: '\ud800', advertisementKey: 'a\0b', note: '=cmd|x' }];
      const result = resultOf(await ended(await send(JSON.stringify(list), '', 'application/json')));
      expect(result.problems.map(({ code }) => code)).toEqual(['malformed-mac', 'malformed-key']);
    });

    it('refuses a file over the limit before reading it, and one that only turns out to be', async () => {
      const headers = { 'content-type': 'text/csv', 'content-length': String(2 * 1024 ** 3) };
      const path = `/key-batches/${batchId}/manufactured-devices`;
      expect((await app.send('POST', path, { as, body: 'x', headers })).status).toBe(413);
      expect((await upload(path, 'x', 'application/pdf')).status).toBe(415);
    });

    it('leaves nothing behind when the upload breaks off', async () => {
      const before = await app.send('GET', '/jobs?limit=1', { as });
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(new TextEncoder().encode('mac,advertisement_key\n'));
          controller.error(new Error('aborted'));
        },
      });
      const answer = await send(body);
      expect(answer.status).toBe(400);
      expect((await app.send('GET', '/jobs?limit=1', { as })).body.items[0].id).toBe(before.body.items[0].id);
    });
  });

  describe('of existing trackers', () => {
    let runId: number;
    beforeAll(async () => {
      const { rows } = await app.core.db.query<{ id: number }>(sql`
        with c as (insert into clients (name) values ('Import client') returning id),
          b as (insert into brands (client_id, name) select id, 'Brand' from c returning id, client_id)
        insert into production_runs (brand_id, client_id, name, start_date, end_date)
        select id, client_id, 'Run', '2026-11-01', '2026-12-01' from b returning id`);
      runId = rows[0]!.id;
    });
    const pairs = (count: number) => {
      const scalars = randomScalars(count, randomBytes);
      const publicKeys = nobleEngine.derivePublicX(scalars);
      return Array.from({ length: count }, (_, i) => {
        const adv = Buffer.from(publicKeys.subarray(i * 28, (i + 1) * 28));
        return {
          adv: adv.toString('base64'),
          hashed: Buffer.from(hashAdvertisementKey(adv)).toString('base64'),
          secret: Buffer.from(scalars.subarray(i * 28, (i + 1) * 28)).toString('base64'),
          mac: `02:10:${randomBytes(4).toString('hex').toUpperCase().match(/../g)!.join(':')}`,
        };
      });
    };
    const header = 'advertisement_key,private_key,hashed_advertisement_key,mac_address';
    const send = (rows: readonly string[][], query = '') =>
      upload(
        `/trackers/import?productionRunId=${runId}${query}`,
        [header, ...rows.map((row) => row.join(','))].join('\n'),
      );

    it('stores what fits together, once, and keeps no private key in the open', async () => {
      const list = pairs(5);
      const rows = list.map(({ adv, secret, hashed, mac }) => [adv, secret, hashed, mac]);
      const job = await ended(await send(rows));
      expect(resultOf(job)).toMatchObject({ rows: 5, accepted: 5, stored: 5 });
      expect(resultOf(await ended(await send(rows)))).toMatchObject({ alreadyImported: 5, stored: 0 });
      const { rows: stored } = await app.core.db.query<{ run: number; client: number | null }>(sql`
        select production_run_id as run, client_id as client from trackers where encode(advertisement_key, 'base64') = any(${list.map(({ adv }) => adv)})`);
      expect(stored).toHaveLength(5);
      expect(stored[0]!.run).toBe(runId);
      expect(stored[0]!.client).not.toBeNull();

      const [x, y, z] = pairs(3) as [(typeof list)[0], (typeof list)[0], (typeof list)[0]];
      const bad = await ended(
        await send([
          [y.adv, x.secret, '', x.mac],
          ['', y.secret, z.hashed, y.mac],
          ['', Buffer.alloc(28).toString('base64'), '', ''],
          ['', z.secret, '', list[0]!.mac],
          ['', 'nonsense-secret', '', ''],
        ]),
      );
      expect(resultOf(bad).problems.map(({ row, code, value }) => [row, code, value])).toEqual([
        [2, 'key-mismatch', y.adv],
        [3, 'key-mismatch', z.hashed],
        [4, 'invalid-key', null],
        [5, 'mac-in-use', list[0]!.mac],
        [6, 'malformed-key', null],
      ]);
      const file = await app.send('GET', `/jobs/${bad.id}/rejected-rows`, { as });
      const { rows: dump } = await app.core.db.query<{ text: string }>(sql`
        select (select jsonb_agg(to_jsonb(j))::text from jobs j) || (select coalesce(jsonb_agg(to_jsonb(p))::text, '') from job_problems p)
          || (select jsonb_agg(to_jsonb(a))::text from audit_log a) as text`);
      const kept = JSON.stringify(bad) + file.body + dump[0]!.text + JSON.stringify(app.heard);
      for (const { secret } of [...list, x, y, z]) {
        expect(kept).not.toContain(secret);
        expect(kept).not.toContain(Buffer.from(secret, 'base64').toString('hex'));
      }
      expect(kept).not.toContain('nonsense-secret');
    });

    it('keeps the file sealed while it waits', async () => {
      const [one] = pairs(1) as [ReturnType<typeof pairs>[0]];
      await app.core.jobs.stop();
      expect((await send([[one.adv, one.secret, one.hashed, one.mac]])).status).toBe(202);
      const { rows } = await app.core.db.query<{ content: Buffer }>(sql`select content from job_files`);
      expect(rows).toHaveLength(1);
      expect(rows[0]!.content.includes(one.secret)).toBe(false);
      app = await app.restart();
      const { body } = await app.send('GET', '/jobs?limit=1', { as });
      expect(resultOf(await app.jobEnd(body.items[0].id, as))).toMatchObject({ stored: 1 });
    });
  });
});
