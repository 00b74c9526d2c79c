import iconv from 'iconv-lite';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import writeWorkbook from 'write-excel-file/node';
import type { ImportResult } from '../../../src-shared/contract/jobs.ts';
import { MAX_IMPORT_BYTES } from '../../../src-shared/contract/key-batches.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

const formOfJson =
  'The file is not a JSON array of objects: it does not begin with [. Send [{"mac": "…", "advertisementKey": "…"}, …].';
const damagedWorkbook =
  'The Excel workbook is damaged, or was cut off. Open it, save it again, and send the whole file.';
/** Files that are no table of devices, and the whole sentence that a person gets for each. */
const refused: Record<string, [file: string | Uint8Array, sentence: string]> = {
  'an empty file': ['', 'The file is empty. Choose the file that the manufacturer returned.'],
  'nothing but spaces': ['  \n ', 'The file holds nothing but spaces. Choose the file that the manufacturer returned.'],
  'a PDF named .csv': [
    '%PDF-1.7\n1 0 obj\n',
    'This is a PDF document, not a CSV, JSON or XLSX file. Export the table as CSV (UTF-8) and send that.',
  ],
  'a header only': [
    'mac,advertisement_key\n',
    'The file has no device rows, only a header or nothing at all. Send the filled table.',
  ],
  'NUL bytes': [
    'mac,advertisement_key\n02:00:00:00:00:01,a\0b\n',
    'The file holds NUL bytes, so it is not a text file or was damaged. Export it again as CSV (UTF-8).',
  ],
  '65,536 columns': [
    `${Array.from({ length: 65_536 }, (_, i) => `c${i}`).join()}\n1\n`,
    'The first row has 65536 columns; at most 200 are read. Check the delimiter, and send the device table only.',
  ],
  'rows without a header': [
    '02:00:00:00:00:01,AAAA\n',
    'There is no column with the MAC address, such as “mac_address”. The first row must name the columns; it reads: “02:00:00:00:00:01”, “AAAA”.',
  ],
  'one JSON object': ['{"mac": "02:00:00:00:00:01"}', formOfJson],
  'half a workbook': ['PK\x03\x04 and then nothing', damagedWorkbook],
};

describe.each(testEngines())('files that are not what they should be, on $name', ({ name, create }) => {
  let app: TestConsole;
  let as: string;
  let batchId: number;
  beforeAll(async () => {
    app = await testConsole(await create());
    as = await app.signIn('operations');
    const { body } = await app.send('POST', '/key-batches', { as, body: { count: 3, label: 'Bad input' } });
    await app.jobEnd(body.id, as);
    batchId = body.resource.id;
  });
  afterAll(() => app?.close());

  const send = (body: unknown) =>
    app.send('POST', `/key-batches/${batchId}/manufactured-devices?mode=good-rows`, {
      as,
      body,
      headers: { 'content-type': 'text/csv' },
    });
  const imported = async (body: unknown) => {
    const answer = await send(body);
    expect(answer.status).toBe(202);
    return (await app.jobEnd(answer.body.id, as)).result as unknown as ImportResult;
  };
  const withAddress = async () =>
    (
      await app.core.db.query<{ n: number }>(
        sql`select count(*)::int as n from trackers where key_batch_id = ${batchId} and mac_address is not null`,
      )
    ).rows[0]!.n;

  it.each(Object.entries(refused))(
    'says of %s what to do, and keeps nothing of it',
    async (_name, [file, sentence]) => {
      const answer = await send(file);
      if (answer.status === 202) {
        const job = await app.jobEnd(answer.body.id, as);
        expect([job.state, job.error]).toEqual(['failed', { code: 'bad-request', message: sentence }]);
        // What is shown of it to choose columns by stays small, whatever was sent.
        expect(JSON.stringify(job).length).toBeLessThan(5_000);
      } else {
        expect([answer.status, answer.body.detail]).toEqual([400, sentence]);
      }
      expect(await withAddress()).toBe(0);
    },
  );

  it('rejects a lone surrogate and what a formula stands for, by row and column', async () => {
    const utf16 = iconv.encode('mac,advertisement_key\n\ud800,x\n', 'utf-16le', { addBOM: true });
    const [formula, text] = [{ value: '=A2&"x"', type: 'Formula' }, { value: 'x' }] as const;
    const workbook = await writeWorkbook([
      [{ value: 'mac' }, { value: 'advertisement_key' }],
      [formula, text],
    ] as never).toBuffer();
    for (const file of [utf16, workbook]) {
      const { problems, stored } = await imported(file);
      expect(stored).toBe(0);
      expect(problems.map(({ row, column, message }) => [row, column, message])).toEqual([
        [2, 'mac', expect.stringMatching(/MAC address/)],
        [2, 'advertisement_key', 'This is not an advertisement key: 28 bytes in base64 or hexadecimal.'],
      ]);
    }
    expect(await withAddress()).toBe(0);
  });

  // A quarter of a gigabyte goes through: once is enough.
  it.runIf(name === testEngines().at(-1)!.name)(
    'stops reading an upload without a length once it is over the limit, and keeps none of it',
    async () => {
      const piece = new Uint8Array(8 * 1024 * 1024).fill(0x61);
      let sent = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += piece.length;
          controller.enqueue(piece);
        },
      });
      const before = await jobs();
      const answer = await send(endless);
      expect([answer.status, answer.body.detail]).toEqual([413, 'The body is larger than 256 MB. Send it in parts.']);
      expect(sent).toBeLessThan(MAX_IMPORT_BYTES + 8 * piece.length);
      expect(await jobs()).toEqual(before);
    },
  );
  const jobs = async () => {
    const { rows } = await app.core.db.query<{ jobs: number; pieces: number }>(sql`
      select (select count(*)::int from jobs) as jobs, (select count(*)::int from job_files) as pieces`);
    return rows[0];
  };

  it.each([
    [0, 'Check the form. count: Use at least 1.'],
    [-1, 'Check the form. count: Use at least 1.'],
    [1e9, 'Check the form. count: Use at most 1000000.'],
    ['ten', 'Check the form. count: Give a number.'],
    [1.5, 'Check the form. count: Give a whole number.'],
  ])('makes no batch of %s keys', async (count, sentence) => {
    const answer = await app.send('POST', '/key-batches', { as, body: { count, label: 'x' } });
    expect([answer.status, answer.body.detail]).toEqual([422, sentence]);
  });
});
