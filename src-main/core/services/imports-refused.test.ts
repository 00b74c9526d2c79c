import iconv from 'iconv-lite';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { importing, type Key, newBatch, resultOf, table } from '../testing/imports.ts';

describe.each(testEngines())('files that an import refuses, or takes in part, on $name', ({ create }) => {
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
