import { randomBytes } from 'node:crypto';
import iconv from 'iconv-lite';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import writeWorkbook from 'write-excel-file/node';
import { plainProfile } from '../../../../src-shared/contract/export-profile.ts';
import { reverseMac } from '../../../../src-shared/domain/mac-address.ts';
import { serialNumberOf } from '../../../../src-shared/domain/serial-number.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { importing, type Key, newBatch, resultOf, table } from '../testing/imports.ts';

describe.each(testEngines())('imports of manufactured devices on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  let batchId: number;
  let keys: Key[];
  beforeAll(async () => {
    app = await testConsole(await create());
    as = await app.signIn('operations');
  });
  beforeEach(async () => {
    ({ batchId, keys } = await newBatch({ app, as }));
  });
  afterAll(() => app?.close());
  const { upload, ended, macsOf } = importing(() => ({ app, as }));
  const send = (body: unknown, query = '', type?: string) =>
    upload(`/key-batches/${batchId}/manufactured-devices${query}`, body, type);
  const macs = () => macsOf(batchId);
  const good = () => keys.map(({ key, mac }) => [mac, key]);

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
    const { rows } = await app.parts.db.query(sql`select from job_files`);
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
    const { rows: foreign } = await app.parts.db.query<{ key: string }>(sql`
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

  it('tells columns of one name, or of none, by where they stand, below a title', async () => {
    const rows = keys.map(({ key, mac }) => ['02:00:00:00:00:00', '', mac, key]);
    const file = table([['Lot 7'], ['mac', '', 'mac', ''], ...rows], ';');
    const query = '&checkAddress=true&headerRow=2&columns=macAddress:3,advertisementKey:4';
    const refused = await ended(await send(file, '?dryRun=true'));
    expect(refused.error?.message).toBe(
      'Column 1 (“mac”) and column 3 (“mac”) mean the same. Choose the columns, or remove or rename one of them.',
    );
    const chosen = {
      columns: { macAddress: 'mac', advertisementKey: '' },
      positions: { macAddress: 3, advertisementKey: 4 },
    };
    expect(resultOf(await ended(await send(file, `?dryRun=true${query}`)))).toMatchObject({
      ...{ accepted: 12, headerRow: 2, sheets: null },
      ...chosen,
    });
    expect(resultOf(await ended(await send(file, `?mode=good-rows${query}`)))).toMatchObject({ stored: 12, ...chosen });
    expect(await macs()).toEqual(keys.map(({ mac }) => mac));
    const bad = table(
      [
        ['mac', '', 'mac', ''],
        ['', '', 'C0', 'nonsense'],
      ],
      ';',
    );
    const { problems } = resultOf(await ended(await send(bad, '?dryRun=true&columns=macAddress:3,advertisementKey:4')));
    expect(problems.map(({ column }) => column)).toEqual(['mac', 'column 4']);
  });

  it('gives rejected rows back in the format of their file, to be corrected and sent again', async () => {
    // Base64 that begins with a plus sign: a formula, for a spreadsheet program.
    const key = Buffer.alloc(28, 0xf8).toString('base64');
    const rows = [
      ['mac', 'key', 'Gerät'],
      ['12:34', key, 'für Zürich'],
      [keys[1]!.mac, keys[1]!.key, '=1'],
    ];
    const cells = rows.map((row) => row.map((value) => ({ value })));
    const objects = rows.slice(1).map(([mac, key, device]) => ({ mac, key, Gerät: device }));
    const columns = '&columns=macAddress:1,advertisementKey:2';
    const csv = 'text/csv';
    const files: [string, string, unknown, string][] = [
      ['semicolons in Windows-1252', 'csv', iconv.encode(table(rows, ';'), 'windows-1252'), csv],
      ['tabs in UTF-16', 'csv', iconv.encode(table(rows, '\t'), 'utf-16le', { addBOM: true }), csv],
      ['JSON', 'json', JSON.stringify(objects), 'application/json'],
      ['a workbook', 'xlsx', await writeWorkbook(cells as never).toBuffer(), csv],
    ];
    for (const [name, kind, file, type] of files) {
      const job = await ended(await send(file, `?dryRun=true${columns}`, type));
      expect(resultOf(job), name).toMatchObject({ rows: 2, rejected: 1, accepted: 1, format: { kind } });
      const answer = await app.raw('GET', `/jobs/${job.id}/rejected-rows`, { as });
      expect(answer.headers.get('content-disposition'), name).toContain(`rejected-rows-job-${job.id}.${kind}`);
      const back = Buffer.from(await answer.arrayBuffer());
      // Sent again as it is: read in the same form, with the reason as a column that says nothing.
      const again = await ended(await send(back, `?dryRun=true${columns}`, type));
      expect(resultOf(again), name).toMatchObject({
        ...{ rows: 1, rejected: 1, header: ['mac', 'key', 'Gerät', 'problem'] },
        format: resultOf(job).format,
      });
      const { rows: kept } = await app.parts.db.query<{ raw: string[] }>(sql`
        select raw from job_problems where job_id = ${again.id}`);
      const reason = 'This is not a MAC address: twelve hexadecimal digits. This key was not generated here.';
      expect(kept[0]!.raw, name).toEqual(['12:34', kind === 'csv' ? `'${key}` : key, 'für Zürich', reason]);
    }
  });

  it('takes two uploads of the same file at once, and stores each row once', async () => {
    const file = table([['mac', 'advertisement_key'], ...good()]);
    const sent = await Promise.all([1, 2].map(() => send(file, '?mode=good-rows')));
    const results = await Promise.all(sent.map(async (answer) => resultOf(await ended(answer))));
    expect(results[0]!.stored + results[1]!.stored).toBe(12);
    for (const { rows, accepted, alreadyImported, rejected, problems } of results) {
      expect(accepted + alreadyImported + rejected).toBe(rows);
      // The one that came second where both were at it.
      expect(problems.every(({ message }) => message.includes('at the same time. Import the file again.'))).toBe(true);
    }
    expect(await macs()).toEqual(keys.map(({ mac }) => mac));
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
      [6, 'damaged-cell'],
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
    expect(list.body.items).toEqual([expect.objectContaining({ macAddress: strange, reason: 'unknown-key', row: 3 })]);
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
});
