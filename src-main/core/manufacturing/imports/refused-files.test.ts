import iconv from 'iconv-lite';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import writeWorkbook from 'write-excel-file/node';
import { MAX_IMPORT_BYTES } from '../../../../src-shared/contract/device-imports.ts';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { testEngines } from '../../testing/database.ts';
import { importing, type Key, newBatch, resultOf, table } from '../testing/imports.ts';

describe.each(testEngines())('files that an import refuses, or takes in part, on $name', ({ name, create }) => {
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

  const workbookDamaged =
    'The Excel workbook is damaged or incomplete. Open it, save it again, and send the whole file.';
  const noRows = 'The file has no device rows, only a header or nothing at all. Send the filled table.';
  const empty = 'The file is empty. Choose the file that the manufacturer returned.';
  const json = (detail: string) =>
    `The file is not a JSON array of objects: ${detail} Send [{"mac": "…", "advertisementKey": "…"}, …].`;
  /** Files that are no table of devices, and the whole sentence that a person gets for each. */
  const nasty: [string, () => string | Uint8Array, string][] = [
    ['an empty file', () => '', empty],
    [
      'spaces only',
      () => ' \n\n\t\n',
      'The file holds nothing but spaces. Choose the file that the manufacturer returned.',
    ],
    ['a header only', () => 'mac,advertisement_key\n', noRows],
    [
      'a PDF named .csv',
      () => '%PDF-1.7\n1 0 obj\n',
      'This is a PDF document, not a CSV, JSON or XLSX file. Export the table as CSV (UTF-8) and send that.',
    ],
    ['a damaged Excel workbook', () => new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 0]), workbookDamaged],
    [
      'an old Excel document',
      () => new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]),
      'This is an old Excel or Word document, not a CSV, JSON or XLSX file. Export the table as CSV (UTF-8) and send that.',
    ],
    [
      'NUL bytes',
      () => `mac,advertisement_key\n\0\0,x${'y'.repeat(50)}`,
      'The file holds NUL bytes, so it is not a text file or was damaged. Export it again as CSV (UTF-8).',
    ],
    [
      '65,536 columns',
      () => `${Array.from({ length: 65_536 }, (_, i) => `c${i}`).join(',')}\n1\n`,
      'The row with the names of the columns has 65536 of them; at most 200 are read. Check the delimiter, and send the device table only.',
    ],
    [
      'no MAC column',
      () => 'serial,advertisement_key\n1,2\n',
      'There is no column with the MAC address, such as “mac_address”. The first row must name the columns; it reads: “serial”, “advertisement_key”.',
    ],
    [
      'no key column',
      () => 'mac,colour\n1,red\n',
      'There is no column with the key or the serial number, such as “advertisement_key”. The first row must name the columns; it reads: “mac”, “colour”.',
    ],
    [
      'two MAC columns',
      () => 'mac,MAC Address,advertisement_key\n1,2,3\n',
      'Column 1 (“mac”) and column 2 (“MAC Address”) mean the same. Choose the columns, or remove or rename one of them.',
    ],
    [
      'an open quote',
      () => 'mac,advertisement_key\n"02:00,abc\n',
      'The file ends within a quoted cell (row 1): it is incomplete. Send the whole file.',
    ],
    // The first line must not be looked at again from each of its characters: that stopped the console for minutes.
    [
      'a file without a line break',
      () => 'x'.repeat(200_000),
      `There is no column with the MAC address, such as “mac_address”. The first row must name the columns; it reads: “${'x'.repeat(40)}”.`,
    ],
    [
      'a row without end',
      () => `mac,advertisement_key\n${'x'.repeat(1_100_000)}`,
      'Row 1 is longer than 1 MB. A quote was not closed, or this is not a table of devices. Check the row, and send the file again.',
    ],
    ['two JSON objects', () => '{"mac": "1", "advertisementKey": "2"}\n{}', json('there is more after its end.')],
    [
      'JSON that breaks off',
      () => '[{"mac":"a","publicKey":"b"},',
      json('it ends in the middle; the file is incomplete.'),
    ],
    ['JSON of numbers', () => '[1,2,3]', json('entry 1 is not an object.')],
    ['an empty JSON array', () => '[]', noRows],
    ['broken JSON', () => '[{"mac":1,}]', json('entry 1 can’t be read.')],
  ];
  it.each(nasty)('says what to do about %s', async (_name, file, sentence) => {
    const answer = await send(file());
    const job = answer.status === 202 ? await ended(answer) : null;
    expect(job ? job.error?.message : answer.body.detail).toBe(sentence);
    // What is shown of it to choose columns by stays small, whatever was sent.
    expect(JSON.stringify(job).length).toBeLessThan(5_000);
    expect((await macs()).filter(Boolean)).toEqual([]);
    const { rows } = await app.parts.db.query(sql`select from job_files`);
    expect(rows).toHaveLength(0);
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
      expect(result.problems[0]!.message).toContain('incomplete');
    }
    // A file that lost whole rows says nothing; what is missing is counted.
    const { body } = await app.send('GET', `/key-batches/${batchId}/exports?format=csv`, { as });
    expect(body).toContain('advertisement_key');
    await ended(await send(whole.split('\r\n').slice(0, 9).join('\r\n')));
    const counts = (await app.send('GET', `/key-batches/${batchId}`, { as })).body.counts;
    expect(counts).toMatchObject({ generated: 12, exported: 12, manufactured: 8, missing: 4, extra: 0 });
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
    const workbook = await writeWorkbook([
      [{ value: 'mac' }, { value: 'advertisement_key' }],
      [{ value: '=A2&"x"', type: 'Formula' }, { value: 'x' }],
    ] as never).toBuffer();
    // Without the value that a spreadsheet would have kept beside it, a formula is an empty cell.
    const worked = resultOf(await ended(await send(workbook)));
    expect(worked.problems.map(({ row, code }) => [row, code])).toEqual([
      [2, 'missing-mac'],
      [2, 'malformed-key'],
    ]);
    const formula = await ended(
      await send('mac,advertisement_key\n=HYPERLINK("http://x"),@SUM(1)\n', '?mode=good-rows'),
    );
    const file = await app.send('GET', `/jobs/${formula.id}/rejected-rows`, { as });
    expect(file.body.split('\r\n')[1]).toMatch(/^"'=HYPERLINK\(""http:\/\/x""\)",'@SUM\(1\),/);
  });

  it('refuses a file over the limit before reading it, and one of another kind', async () => {
    const headers = { 'content-type': 'text/csv', 'content-length': String(2 * 1024 ** 3) };
    const path = `/key-batches/${batchId}/manufactured-devices`;
    const large = await app.send('POST', path, { as, body: 'x', headers });
    expect([large.status, large.body.detail]).toEqual([413, 'The body is larger than 256 MB. Send it in parts.']);
    expect((await upload(path, 'x', 'application/pdf')).status).toBe(415);
  });

  // A quarter of a gigabyte goes through: once is enough.
  if (name === testEngines().at(-1)!.name)
    it('stops reading an upload without a length once it is over the limit, and keeps none of it', async () => {
      const piece = new Uint8Array(8 * 1024 * 1024).fill(0x61);
      let sent = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += piece.length;
          controller.enqueue(piece);
        },
      });
      const kept = () =>
        app.parts.db.query(sql`select (select count(*) from jobs) as jobs, (select count(*) from job_files) as pieces`);
      const before = (await kept()).rows;
      const answer = await send(endless);
      expect([answer.status, answer.body.detail]).toEqual([413, 'The body is larger than 256 MB. Send it in parts.']);
      expect(sent).toBeLessThan(MAX_IMPORT_BYTES + 8 * piece.length);
      expect((await kept()).rows).toEqual(before);
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
