import { randomBytes } from 'node:crypto';
import iconv from 'iconv-lite';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import writeWorkbook from 'write-excel-file/node';
import { plainProfile } from '../../../src-shared/contract/export-profile.ts';
import type { ImportResult, Job } from '../../../src-shared/contract/jobs.ts';
import { reverseMac } from '../../../src-shared/domain/mac-address.ts';
import { serialNumberOf } from '../../../src-shared/domain/serial-number.ts';
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
        [15, null, 'truncated-file'],
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
      [
        'a damaged Excel workbook',
        () => new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 0]),
        /workbook is damaged, or was cut off/,
      ],
      ['an old Excel document', () => new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]), /old Excel or Word document/],
      ['NUL bytes', () => `mac,advertisement_key\n\0\0,x${'y'.repeat(50)}`, /NUL bytes/],
      [
        '65,536 columns',
        () => `${Array.from({ length: 65_536 }, (_, i) => `c${i}`).join(',')}\n1\n`,
        /^The first row has 65536 columns; at most 200 are read\. Check the delimiter, and send the device table only\.$/,
      ],
      ['no MAC column', () => 'serial,advertisement_key\n1,2\n', /no column with the MAC address/],
      ['no key column', () => 'mac,colour\n1,red\n', /no column with the key/],
      ['two MAC columns', () => 'mac,MAC Address,advertisement_key\n1,2,3\n', /mean the same/],
      ['an open quote', () => 'mac,advertisement_key\n"02:00,abc\n', /cut off/],
      ['a row without end', () => `mac,advertisement_key\n${'x'.repeat(1_100_000)}`, /longer than 1 MB/],
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

    it('takes columns by position where their names say nothing, and shows the file to choose by', async () => {
      const file = table([['A', 'B', 'C'], ...keys.map(({ key, mac }) => ['x', key, mac])]);
      const failed = await ended(await send(file, '?dryRun=true'));
      expect(failed.error?.message).toBe(
        'There is no column with the MAC address, such as “mac_address”. The first row must name the columns; it reads: “A”, “B”, “C”.',
      );
      expect(failed.result).toMatchObject({
        header: ['A', 'B', 'C'],
        sample: keys.slice(0, 3).map(({ key, mac }) => ['x', key, mac]),
      });
      expect((await app.send('GET', `/jobs/${failed.id}/rejected-rows`, { as })).status).toBe(404);
      const result = resultOf(await ended(await send(file, '?columns=macAddress:3,advertisementKey:2')));
      expect(result).toMatchObject({ stored: 12, columns: { macAddress: 'C', advertisementKey: 'B' } });
      const wrong = await ended(await send(file, '?columns=macAddress:4,advertisementKey:2'));
      expect(wrong.error?.message).toContain('Column 4 was chosen for the MAC address, but the file has 3.');
      const unreadable = await send(file, '?columns=mac:1');
      expect([unreadable.status, unreadable.body.fields[0].path]).toEqual([422, 'columns']);
    });

    it('takes an Excel workbook', async () => {
      const cells = [
        ['MAC', 'Advertisement key', 'S/N'],
        ...keys.map(({ key, mac }, i) => [mac, key, `X-${batchId}-${i}`]),
      ];
      const workbook = await writeWorkbook(cells.map((row) => row.map((value) => ({ value }))) as never).toBuffer();
      const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
      expect(resultOf(await ended(await send(workbook, '', type)))).toMatchObject({ rows: 12, stored: 12 });
      expect(await macs()).toEqual(keys.map(({ mac }) => mac));
    });

    it('takes the serial numbers that an export gave to the keys, and finds mixed up rows by them', async () => {
      const profile = plainProfile('csv');
      const columns = [...profile.columns, { field: 'serialNumber', name: 'serial' }];
      const made = await app.send('POST', '/manufacturers', {
        as,
        body: { name: `Serial ${batchId}`, profile: { ...profile, columns, serialPrefix: `S${batchId}-` } },
      });
      const order = await app.send('POST', `/key-batches/${batchId}/manufacturer-exports`, {
        as,
        body: { manufacturerId: made.body.id },
      });
      await app.jobEnd(order.body.id, as);
      const serial = (i: number) => serialNumberOf(`S${batchId}-`, keys[i]!.id);
      const wrong = serial(2).replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
      const result = resultOf(
        await ended(
          await send(
            table([
              ['mac', 'serial', 'advertisement_key'],
              [keys[0]!.mac, serial(0), ''],
              [keys[1]!.mac, serial(1).toLowerCase(), ''],
              [keys[2]!.mac, wrong, ''],
              [keys[3]!.mac, serial(4), keys[3]!.key],
              [keys[5]!.mac, '1.23457E+17', keys[5]!.key],
            ]),
            '?mode=good-rows',
          ),
        ),
      );
      expect(result).toMatchObject({ accepted: 2, stored: 2 });
      expect(result.problems.map(({ row, code }) => [row, code])).toEqual([
        [4, 'unknown-serial'],
        [5, 'serial-mismatch'],
        [6, 'malformed-serial'],
      ]);
      const counts = (await app.send('GET', `/key-batches/${batchId}`, { as })).body.counts;
      expect(counts).toMatchObject({ exported: 12, manufactured: 2, missing: 10, extra: 1 });
    });

    it('counts devices that are none of the batch as extra, once, until their row is corrected', async () => {
      const strange = '02:AA:00:00:00:01';
      const file = table([
        ['mac', 'advertisement_key'],
        [keys[0]!.mac, keys[0]!.key],
        [strange, randomBytes(28).toString('base64')],
      ]);
      const extra = async () => (await app.send('GET', `/key-batches/${batchId}`, { as })).body.counts.extra;
      await ended(await send(file, '?dryRun=true&mode=good-rows'));
      await ended(await send(file));
      expect(await extra()).toBe(0);
      await ended(await send(file, '?mode=good-rows'));
      await ended(await send(file, '?mode=good-rows'));
      expect(await extra()).toBe(1);
      const list = await app.send('GET', `/key-batches/${batchId}/unexpected-devices`, { as });
      expect(list.body.items).toEqual([
        expect.objectContaining({ macAddress: strange, reason: 'unknown-key', row: 3 }),
      ]);
      await ended(
        await send(
          table([
            ['mac', 'advertisement_key'],
            [strange, keys[1]!.key],
          ]),
        ),
      );
      expect(await extra()).toBe(0);
    });

    it('says where a file was cut off, whatever it was cut in', async () => {
      const whole = table([['mac', 'note', 'advertisement_key'], ...keys.map(({ key, mac }) => [mac, 'n', key])]);
      for (const [length, row] of [
        [whole.length - 5, 13],
        [whole.length - 45, 13],
        [whole.length - 90, 12],
      ] as const) {
        const result = resultOf(await ended(await send(whole.slice(0, length), '?dryRun=true')));
        expect(result.problems.map((problem) => [problem.row, problem.code])).toEqual([[row, 'truncated-file']]);
        expect(result.problems[0]!.message).toContain('cut off');
      }
      // A file that lost whole rows says nothing; what is missing is counted.
      const { body } = await app.send('GET', `/key-batches/${batchId}/exports?format=csv`, { as });
      expect(body).toContain('advertisement_key');
      await ended(await send(whole.split('\r\n').slice(0, 9).join('\r\n')));
      const counts = (await app.send('GET', `/key-batches/${batchId}`, { as })).body.counts;
      expect(counts).toMatchObject({ generated: 12, exported: 12, manufactured: 8, missing: 4, extra: 0 });
    });

    it('adds a serial number that came later, and refuses addresses that no device has', async () => {
      const first = table([['mac', 'advertisement_key'], ...good().slice(0, 2)]);
      expect(resultOf(await ended(await send(first))).stored).toBe(2);
      const later = table([
        ['mac', 'advertisement_key', 'serial'],
        [keys[0]!.mac, keys[0]!.key, `L-${batchId}`],
        [keys[1]!.mac, keys[1]!.key, ''],
        ['00:00:00:00:00:00', keys[2]!.key, ''],
        ['ffffffffffff', keys[3]!.key, ''],
      ]);
      const result = resultOf(await ended(await send(later, '?mode=good-rows')));
      expect(result).toMatchObject({ accepted: 1, stored: 1, alreadyImported: 1, rejected: 2 });
      expect(resultOf(await ended(await send(later, '?mode=good-rows')))).toMatchObject({
        stored: 0,
        alreadyImported: 2,
      });
    });

    it('survives lone surrogates, NUL in JSON and formulas in cells', async () => {
      const list = [{ mac: '\ud800', advertisementKey: 'a\0b', note: '=cmd|x' }];
      const result = resultOf(await ended(await send(JSON.stringify(list), '', 'application/json')));
      expect(result.problems.map(({ code }) => code)).toEqual(['malformed-mac', 'malformed-key']);
      const utf16 = iconv.encode('mac,advertisement_key\n\ud800,x\n', 'utf-16le', { addBOM: true });
      const lone = resultOf(await ended(await send(utf16)));
      expect(lone.problems.map(({ code, value }) => [code, value])).toEqual([
        ['malformed-mac', '\ufffd'],
        ['malformed-key', 'x'],
      ]);
      const formula = await ended(
        await send('mac,advertisement_key\n=HYPERLINK("http://x"),@SUM(1)\n', '?mode=good-rows'),
      );
      const file = await app.send('GET', `/jobs/${formula.id}/rejected-rows`, { as });
      expect(file.body.split('\r\n')[1]).toMatch(/^"'=HYPERLINK\(""http:\/\/x""\)",'@SUM\(1\),/);
    });

    it('refuses a file over the limit before reading it, and one that only turns out to be', async () => {
      const headers = { 'content-type': 'text/csv', 'content-length': String(2 * 1024 ** 3) };
      const path = `/key-batches/${batchId}/manufactured-devices`;
      const large = await app.send('POST', path, { as, body: 'x', headers });
      expect([large.status, large.body.detail]).toEqual([413, 'The body is larger than 256 MB. Send it in parts.']);
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
        [2, 'key-mismatch', null],
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

    it('keeps no private key of rows that shifted, columns that were swapped, or a file without header', async () => {
      const [x, y] = pairs(2) as [ReturnType<typeof pairs>[0], ReturnType<typeof pairs>[0]];
      const hex = (key: string) => Buffer.from(key, 'base64').toString('hex');
      const post = async (text: string, query = '') =>
        ended(await upload(`/trackers/import?productionRunId=${runId}&dryRun=true${query}`, text));
      const shifted = await post(`${header},\n${x.adv},,${x.secret},${x.hashed},${x.mac}\n`);
      expect(resultOf(shifted).rejected).toBe(1);
      const swapped = await post(`${header}\n${hex(x.secret)},${hex(x.adv)},,\n${x.secret},${y.secret},,\n`);
      expect(resultOf(swapped).problems.map(({ code, value }) => [code, value])).toEqual([
        ['key-mismatch', null],
        ['key-mismatch', null],
      ]);
      const headless = await post(`${x.secret},${x.mac}\n${y.secret},${y.mac}\n`);
      expect(headless.error?.message).toBe(
        'There is no column with the private key, “private_key”. The first row must name the columns; it reads: “(hidden)”, “' +
          `${x.mac}”.`,
      );
      const files = await Promise.all(
        [shifted, swapped].map(({ id }) => app.send('GET', `/jobs/${id}/rejected-rows`, { as })),
      );
      const { rows } = await app.core.db.query<{ text: string }>(sql`
        select coalesce(jsonb_agg(to_jsonb(p))::text, '') as text from job_problems p`);
      const kept =
        JSON.stringify([shifted, swapped, headless, app.heard]) + files.map(({ body }) => body) + rows[0]!.text;
      for (const { secret } of [x, y]) {
        expect(kept).not.toContain(secret);
        expect(kept).not.toContain(hex(secret));
      }
      const chosen = await post(`A,B\n${x.secret},${x.mac}\n`, '&columns=privateKey:1,macAddress:2');
      expect(resultOf(chosen)).toMatchObject({ accepted: 1, columns: { privateKey: 'A', macAddress: 'B' } });
    });

    it('takes a workbook and JSON as well, and refuses two keys of one address in one file', async () => {
      const list = pairs(2);
      const cells = [header.split(','), ...list.map(({ adv, secret, hashed, mac }) => [adv, secret, hashed, mac])];
      const workbook = await writeWorkbook(cells.map((row) => row.map((value) => ({ value }))) as never).toBuffer();
      const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
      const path = `/trackers/import?productionRunId=${runId}`;
      expect(resultOf(await ended(await upload(path, workbook, type)))).toMatchObject({ rows: 2, stored: 2 });
      const json = list.map(({ secret, mac }) => ({ privateKey: secret, mac }));
      const again = await ended(await upload(path, JSON.stringify([...json, json[0]]), 'application/json'));
      expect(resultOf(again)).toMatchObject({ alreadyImported: 2, rejected: 1 });
      expect(resultOf(again).problems[0]!.message).toBe(
        'This key, or one that broadcasts as it does, is in row 1 already.',
      );
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
