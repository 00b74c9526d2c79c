import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestConsole, testConsole } from '../../testing/console.ts';
import { centralEngine } from '../../testing/database.ts';
import { importing, type Key, newBatch, resultOf, table } from '../testing/imports.ts';
import { workbookOf } from '../testing/workbooks.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** As in the product, each file in a process of its own; the other tests of imports read theirs here, which is quicker. */
describe.each([centralEngine()])('imports read in another process, on $name', ({ create }) => {
  let app: TestConsole;
  let as: string;
  let batchId: number;
  let keys: Key[];
  beforeAll(async () => {
    app = await testConsole(await create(), { readsElsewhere: true, rowLimits: { rows: 200 } });
    as = await app.signIn('operations');
  });
  beforeEach(async () => {
    ({ batchId, keys } = await newBatch({ app, as }));
  });
  afterAll(() => app?.close());
  const { upload, ended, macsOf } = importing(() => ({ app, as }));
  const send = (body: unknown, type?: string) =>
    upload(`/key-batches/${batchId}/manufactured-devices`, body, type).then(ended);
  const rows = () => [['MAC', 'Advertisement key'], ...keys.map(({ key, mac }) => [mac, key])];

  it('takes a CSV file and a workbook, whichever of its sheets has the table', async () => {
    expect(resultOf(await send(table(rows())))).toMatchObject({ stored: 12, rejected: 0 });
    expect(await macsOf(batchId)).toEqual(keys.map(({ mac }) => mac));
    const sheets = [
      { name: 'Cover', rows: [['Lot 7'], ['Checked by Li']] },
      { name: 'Devices', rows: rows() },
    ];
    const workbook = await send(await workbookOf(sheets), XLSX);
    expect(resultOf(workbook)).toMatchObject({ alreadyImported: 12, sheets: { read: 'Devices' } });
  });

  it('says what is wrong with a file in the words of its reader, and stores nothing of one beyond the limits', async () => {
    const blank = await send('  \n ');
    expect(blank).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('nothing but spaces') } });
    const many = await send(table([...rows(), ...Array.from({ length: 300 }, () => ['1', '2'])]));
    expect(many).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('more than 200 rows') } });
    expect(new Set(await macsOf(batchId))).toEqual(new Set([null]));
  });
});
