import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { checkedZip } from '../../platform/files/checked-zip.ts';
import { archive, type TestSheet, workbookOf } from '../testing/workbooks.ts';
import { damageOf, readMac, readSerial } from './device-cells.ts';
import type { FileLook } from './find-header.ts';
import { openImportFile, type ReadWorkbook } from './import-file.ts';

import { csvOfWorkbook } from './workbook-to-csv.ts';

const readWorkbook: ReadWorkbook = async (pieces, look) => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return csvOfWorkbook(Buffer.concat(all), look);
};
const fields = ['macAddress', 'advertisementKey', 'serialNumber'] as const;
const open = (content: string | Buffer, look: Partial<FileLook> = {}) =>
  openImportFile(
    async function* () {
      yield Buffer.from(content);
    },
    readWorkbook,
    { fields, ...look },
  );
async function read(content: string | Buffer, look: Partial<FileLook> = {}) {
  const { header, headerRow, sheets, rows } = await open(content, look);
  const read: [number, ...string[]][] = [];
  for await (const { row, cells } of rows()) read.push([row, ...cells]);
  return { header, headerRow, sheets, rows: read };
}

describe('a table as text', () => {
  it('may say its delimiter in a first line, which spreadsheet programs count as none', async () => {
    for (const [line, delimiter] of [
      ['"sep=|"', '|'],
      ['SEP=\t', '\t'],
      ['sep=^', '^'],
    ] as const) {
      const text = `${line}\r\nmac${delimiter}note, see 1;2\r\na${delimiter}b,c`;
      const header = ['mac', 'note, see 1;2'];
      expect(await read(text), line).toMatchObject({ header, headerRow: 1, rows: [[2, 'a', 'b,c']] });
    }
    expect(await read('sep=;\nmac;key\n1;2')).toMatchObject({
      header: ['mac', 'key'],
      headerRow: 1,
      rows: [[2, '1', '2']],
    });
  });

  it('may have pipes, and titles above the header in any number of cells', async () => {
    const title = fc.constantFrom('Lieferung 4711', 'Order 12, 3,000 pcs', '', 'A;B', 'Date: 2026-11-23, Lyon, Rhône');
    const table = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^[a-z]{1,5}$/)), {
      minLength: 2,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(title, { maxLength: 3 }),
        table,
        fc.constantFrom('|', ';', '\t', ','),
        fc.array(fc.constantFrom('\r\n', '\n', '\r'), { minLength: 12, maxLength: 12 }),
        async (titles, rows, delimiter, ends) => {
          const lines = [...titles, ...[['Seriennummer', 'MAC-Adresse'], ...rows].map((row) => row.join(delimiter))];
          // Line ends of Windows, Unix and old Macs, mixed as editors leave them.
          const text = lines.map((line, i) => line + ends[i]).join('');
          const file = await read(text);
          expect(file.header).toEqual(['Seriennummer', 'MAC-Adresse']);
          expect(file.rows.map(([, ...cells]) => cells)).toEqual(rows);
        },
      ),
    );
  });

  it('counts rows as a spreadsheet shows them, whatever stands above', async () => {
    const file = await read('Lot 7\r\n\r\nmac;key\r\n\r\na;b\nc;d\r');
    expect(file).toMatchObject({
      headerRow: 3,
      rows: [
        [5, 'a', 'b'],
        [6, 'c', 'd'],
      ],
    });
  });

  it('has its header where a person says', async () => {
    const text = 'one,two\nx,y\nthree,four\n1,2\n';
    expect(await read(text)).toMatchObject({ header: ['one', 'two'], headerRow: 1 });
    expect(await read(text, { headerRow: 3 })).toMatchObject({ header: ['three', 'four'], rows: [[4, '1', '2']] });
    for (const headerRow of [9, 2_000])
      await expect(open(text, { headerRow })).rejects.toThrow(
        `Row ${headerRow} was chosen for the names of the columns, but it is blank or not there.`,
      );
  });

  it('may be compressed, which is said', async () => {
    await expect(open(gzipSync('mac,key\n1,2\n'))).rejects.toThrow('This is a compressed file, not a CSV');
  });
});

describe('a workbook', () => {
  const table: TestSheet = {
    name: 'Geräte & mehr',
    rows: [
      ['MAC 地址', '序列号'],
      ['C0:00:00:00:00:01', 'S1'],
    ],
  };
  const cover: TestSheet = { name: 'Deckblatt', rows: [['Lieferschein'], ['MAC']] };
  const found = { header: table.rows[0], rows: [[2, 'C0:00:00:00:00:01', 'S1']] };

  it('is read from the sheet that names columns, behind covers and hidden ones, and says which', async () => {
    const hidden: TestSheet = {
      ...table,
      name: 'Old',
      state: 'hidden',
      rows: [
        ['mac', 'serial'],
        ['wrong', 'wrong'],
      ],
    };
    expect(await read(await workbookOf([hidden, cover, table]))).toMatchObject({
      ...found,
      sheets: { read: 'Geräte & mehr', shown: ['Deckblatt', 'Geräte & mehr'] },
    });
    const second: TestSheet = {
      name: 'B',
      rows: [
        ['mac', 'sn'],
        ['x', 'y'],
      ],
    };
    const two = await workbookOf([{ ...hidden, state: 'veryHidden' }, table, second]);
    expect((await read(two)).sheets?.read).toBe('Geräte & mehr');
    expect(await read(two, { sheet: 'B' })).toMatchObject({ header: ['mac', 'sn'], sheets: { read: 'B' } });
    await expect(open(two, { sheet: 'Old' })).rejects.toThrow('The workbook shows no sheet “Old”.');
  });

  it('keeps what a spreadsheet has made of a value as such, so that it is refused', async () => {
    const cells = [
      { xml: '<c><v>1.2345678901234568E+19</v></c>' },
      { xml: '<c><v>1234567890123456</v></c>' },
      { xml: '<c s="1"><v>46000</v></c>' },
      { xml: '<c><v>123456789012345</v></c>' },
      '1234567890123450',
    ];
    for (const date1904 of [false, true]) {
      const book = await workbookOf(
        [{ name: 'A', rows: [['serial', 'mac'], ...cells.map((cell) => [cell, 'C0:00:00:00:00:01'])] }],
        { date1904 },
      );
      const serials = (await read(book)).rows.map(([, serial]) => readSerial(serial!));
      expect(serials.map(({ problem }) => problem?.code)).toEqual([
        'damaged-cell',
        'damaged-cell',
        'damaged-cell',
        undefined,
        undefined,
      ]);
      expect(serials.slice(3).map(({ value }) => value)).toEqual(['123456789012345', '1234567890123450']);
    }
  });

  it('keeps the errors of formulas, so that they are refused by name', async () => {
    const errors = ['#N/A', '#NAME?', '#REF!', '#VALUE!', '#DIV/0!', '#NUM!', '#NULL!', '#SPILL!', '#GETTING_DATA'];
    const cell = (error: string) => ({ xml: `<c s="0" t="e"><f>VLOOKUP(1,B:B,2)</f><v>${error}</v></c>` });
    const book = await workbookOf([
      {
        name: 'A',
        rows: [
          ['serial', 'mac'],
          ...errors.map((error) => [cell(error), cell(error)]),
          ['a t="e"', 'C0:00:00:00:00:01'],
        ],
      },
    ]);
    const { rows } = await read(book);
    expect(rows).toEqual([...errors.map((error, i) => [i + 2, error, error]), [11, 'a t="e"', 'C0:00:00:00:00:01']]);
    for (const [, serial, mac] of rows.slice(0, -1))
      for (const read of [readSerial(serial!), readMac(mac!)])
        expect(read.problem).toEqual({
          code: 'damaged-cell',
          message: `This is the error ${serial} of a formula. Correct the formula, or enter the value itself.`,
        });
  });

  it('is refused where it is too wide, a bomb, or something else', async () => {
    const wide = { name: 'A', rows: [Array.from({ length: 16_384 }, (_, i) => `c${i}`)] };
    await expect(open(await workbookOf([wide]))).rejects.toThrow(
      'The row with the names of the columns has 16384 of them; at most 200 are read.',
    );
    const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
    const bomb = await archive({
      '[Content_Types].xml': '<Types/>',
      'xl/workbook.xml': `<!DOCTYPE b [<!ENTITY e0 "boom">${entities}]><workbook><sheets><sheet name="&e9;" r:id="rId1"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="../../../etc/passwd"/></Relationships>',
    });
    const started = performance.now();
    await expect(open(bomb)).rejects.toThrow('The Excel workbook is damaged');
    expect(performance.now() - started).toBeLessThan(5000);
    const sheets = await workbookOf([
      {
        name: 'A',
        rows: [
          ['mac', 'serial'],
          ['x', 'y'],
        ],
      },
    ]);
    const parts = checkedZip(sheets, { maxUnpacked: 1024 * 1024, wants: () => true });
    const inSheet = await archive(
      Object.fromEntries(
        parts.names.map((name) => {
          const text = parts.textOf(name)!;
          const isSheet = name.startsWith('xl/worksheets/');
          return [
            name,
            isSheet ? `<!DOCTYPE b [<!ENTITY e0 "boom">${entities}]>${text.replace('>x<', '>&e9;<')}` : text,
          ];
        }),
      ),
    );
    const read = await open(inSheet).then(
      async ({ rows }) => {
        let longest = 0;
        for await (const { cells } of rows()) longest = Math.max(longest, ...cells.map((cell) => cell.length));
        return longest;
      },
      () => 0,
    );
    // Refused, or taken as it stands there; never written out.
    expect(read).toBeLessThan(1000);
    await expect(open(await archive({ mimetype: 'application/vnd.oasis', 'content.xml': '<x/>' }))).rejects.toThrow(
      'This is an OpenDocument spreadsheet (.ods). Save it as Excel workbook (.xlsx) or CSV (UTF-8) and send that.',
    );
    await expect(open(await archive({ '../../../../tmp/devices.csv': 'mac' }))).rejects.toThrow(
      'This is a ZIP archive',
    );
  });
});

test.each([
  ['MAC-Adresse', 'Seriennummer'],
  ['Bluetooth-Adresse', 'Serien-Nr.'],
  ['Adresse MAC', 'Numéro de série'],
  ['adresse bluetooth', 'N° de série'],
  ['Dirección MAC', 'Número de serie'],
  ['MAC地址', '序列号'],
  ['蓝牙MAC地址', 'SN码'],
  ['MAC位址', '序列號'],
  ['ＭＡＣ', 'Ｓ／Ｎ'],
])('knows the columns %s and %s', async (mac, serial) => {
  const { findColumns } = await import('./columns.ts');
  expect(findColumns(['x', serial, mac], fields)).toEqual({ macAddress: 2, serialNumber: 1 });
});

describe('a cell that a spreadsheet damaged', () => {
  test.each([
    '#N/A',
    '#NAME?',
    '#BEZUG!',
    '#######',
    '1.2E+11',
    '1,20E+11',
    '2026-11-23',
    '2026-11-23T00:00:00.000Z',
    '23.11.2026',
    '11/23/26',
    '1-Dec',
    'Dez 26',
    '12-mars',
    '1234567890123450',
    '123456789012345000',
  ])('is refused by name: %s', (text) => {
    expect(damageOf(text)).toMatch(/\. ?.*\.$/);
    expect(readSerial(text).problem?.code).toBe('damaged-cell');
    expect(readMac(text).problem?.code).toBe('damaged-cell');
  });

  test.each([
    'S-2026-11-23',
    '2026112300000011',
    '123456789012345',
    'DEC0001',
    '1E5',
    'A1.2E+11',
    "'1234567890123450",
    '="1234567890123450"',
    '12-34-2026-X',
  ])('is not taken for one: %s', (text) => expect(readSerial(text)).toMatchObject({ problem: null }));

  it('says of an address of digits that zeros were left out', () => {
    expect(readMac('1122334455').problem?.message).toContain('a spreadsheet leaves zeros out');
    expect(readMac('001122334455').value).toBe('00:11:22:33:44:55');
  });
});
