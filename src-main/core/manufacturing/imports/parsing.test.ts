import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import writeWorkbook from 'write-excel-file/node';
import { decodeBytes } from '../../keys/decode-bytes.ts';
import { cleanCell, mayBePrivateKey } from './cells.ts';
import { chosenColumns, findColumns } from './columns.ts';
import { csvRows, detectDelimiter } from './csv-rows.ts';
import type { FileLook } from './find-header.ts';
import { openImportFile, type ReadWorkbook } from './import-file.ts';
import { utf16Of } from './text-encoding.ts';
import { csvOfWorkbook } from './workbook-to-csv.ts';

/** The bytes in pieces of the given sizes, again and again. */
const inPieces = (bytes: Uint8Array, sizes: readonly number[]) =>
  async function* () {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = sizes[i % sizes.length]!;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  };
async function gathered<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}
/** The reader of workbooks without its process. */
const csvOfPieces: ReadWorkbook = async (pieces, look) => csvOfWorkbook(Buffer.concat(await gathered(pieces)), look);
const look: FileLook = { fields: ['macAddress', 'advertisementKey', 'serialNumber'] };
const read = async (bytes: Uint8Array, sizes: readonly number[]) => {
  const file = await openImportFile(inPieces(bytes, sizes), csvOfPieces, look);
  const rows: string[][] = [];
  for await (const { cells } of file.rows()) rows.push(cells);
  return { header: file.header, rows };
};
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
// A cell that is not blank, so that no row counts as empty; NUL is refused as such.
const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `x${text.replaceAll('\0', '')}`);

describe('reading of imported files', () => {
  it('finds every cell again, however the bytes are cut, in each encoding and delimiter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }),
        sizes,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
        fc.constantFrom('\n', '\r\n'),
        async (rows, cut, delimiter, encoding, end) => {
          const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter));
          const text = [['mac', 'key', 'note'].join(delimiter), ...quoted].join(end);
          const result = await read(iconv.encode(text, encoding, { addBOM: encoding !== 'utf-8' }), cut);
          expect(result).toEqual({ header: ['mac', 'key', 'note'], rows });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds every entry of a JSON array again, however the text is cut', async () => {
    const entry = fc.record({ mac: cell, key: cell, 'a"]}': cell });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 6 }),
        sizes,
        fc.constantFrom(0, 2),
        async (list, cut, indent) => {
          const result = await read(Buffer.from(JSON.stringify(list, null, indent)), cut);
          expect(result.rows).toEqual(list.map((one) => Object.values(one)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads a key in every notation, and nothing that is nearly one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 28, maxLength: 28 }), (bytes) => {
        const key = Buffer.from(bytes);
        const hex = key.toString('hex');
        const notations = [
          key.toString('base64'),
          key.toString('base64url'),
          key.toString('base64').replace(/=+$/, ''),
          hex,
          hex.toUpperCase(),
          `0x${hex}`,
        ];
        for (const text of [...notations, hex.match(/../g)!.join(':')])
          expect(decodeBytes(text, 28)?.equals(key)).toBe(true);
        for (const text of [
          hex.slice(2),
          `${hex}00`,
          key.toString('base64').slice(4),
          `${key.toString('base64')}A`,
          '',
          '=',
        ])
          expect(decodeBytes(text, 28)).toBeNull();
      }),
    );
    // The last character of 28 bytes in base64 carries two bits that no byte uses.
    expect(decodeBytes(`${'A'.repeat(37)}B==`, 28)).toBeNull();
  });

  it('takes off what spreadsheet programs put around a cell', () => {
    expect(['\ufeff a ', "'+abc", '="00:11"', "'", ''].map(cleanCell)).toEqual(['a', '+abc', '00:11', '', '']);
  });

  it('takes no longer for a cell whose spaces stand in its middle', () => {
    const cell = `x${' '.repeat(100_000)}x`;
    expect(cleanCell(` ${cell} `) === cell).toBe(true);
    expect(mayBePrivateKey(cell)).toBe(false);
  });

  it('guesses the delimiter from the first lines, and from no more than 64 KB of them', async () => {
    const rows = async (...pieces: string[]) => {
      const text = async function* () {
        yield* pieces;
      };
      return (await gathered(csvRows(text()))).map(({ cells }) => cells);
    };
    expect(await rows(' \n', ' a;b,', ';c\r', '1;2;3')).toEqual([
      [' a', 'b,', 'c'],
      ['1', '2', '3'],
    ]);
    const long = 'x'.repeat(40_000);
    expect(await rows(`a,${long}`, `${long};;;`, '\n1,2')).toEqual([
      ['a', `${long}${long};;;`],
      ['1', '2'],
    ]);
  });

  it('guesses delimiter and encoding', () => {
    const guessed = ['a,b;c,d', '"a,b,c";d', 'a\tb', 'alone', 'a|b|c,d'].map((line) => detectDelimiter([line]));
    expect(guessed).toEqual([',', ';', '\t', ',', '|']);
    expect(detectDelimiter(['Lot 7, Lyon, 12,000 pcs', 'mac;key;price', 'a;b;1,5', 'c;d;2,5'])).toBe(';');
    expect(detectDelimiter(['sep=|', 'a,b'])).toBe('|');
    expect(utf16Of(Buffer.from('mac,key\n'))).toBeNull();
    expect(utf16Of(iconv.encode('mac,key\n', 'utf-16be'))).toBe('utf-16be');
  });

  it('knows columns by many names, and refuses two for one thing', () => {
    const fields = ['macAddress', 'advertisementKey', 'serialNumber'] as const;
    expect(findColumns(['No.', 'BD_ADDR', 'Public-Key', 'S/N'], fields)).toEqual({
      macAddress: 1,
      advertisementKey: 2,
      serialNumber: 3,
    });
    expect(() => findColumns(['mac', 'Bluetooth Address'], fields)).toThrow(/mean the same/);
    expect(findColumns(['private_key', 'mac'], fields)).toEqual({ macAddress: 1 });
  });

  it('takes the columns that a person chose, and says what is wrong with a choice', () => {
    const fields = ['macAddress', 'advertisementKey'] as const;
    expect(chosenColumns(['a', 'b'], fields, { macAddress: 2 })).toEqual({ macAddress: 1 });
    expect(() => chosenColumns(['a', 'b'], fields, { macAddress: 3 })).toThrow(
      'Column 3 was chosen for the MAC address, but the file has 2. Choose the columns again.',
    );
    expect(() => chosenColumns(['a', 'b'], fields, { macAddress: 1, advertisementKey: 1 })).toThrow(
      'Column 1 was chosen for both the MAC address and the advertisement key. Choose another for one of them.',
    );
    expect(() => chosenColumns(['a'], fields, { privateKey: 1 })).toThrow('This import takes no private key.');
  });

  it('marks the last row of a file whose last line has no end', async () => {
    const unended = async (text: string) => {
      const file = await openImportFile(inPieces(Buffer.from(text), [5]), csvOfPieces, look);
      return (await gathered(file.rows())).map((row) => row.unended ?? false);
    };
    expect(await unended('a,b\n1,2\n3,4\n')).toEqual([false, false]);
    expect(await unended('a,b\r\n1,2\r\n3,4')).toEqual([false, true]);
  });

  it('reads the first sheet of a workbook, long numbers and empty rows included', async () => {
    const rows = [
      [{ value: 'mac' }, { value: 'serial' }, { value: 'note' }],
      [],
      [{ value: '0A:00:00:00:00:01' }, { value: 112_233_445_566, type: Number }, { value: 'a "b", c\nd' }],
      [{ value: '0A0000000002' }, { value: 1.5e17, type: Number }, { value: true, type: Boolean }],
    ];
    const workbook = await writeWorkbook(rows as never).toBuffer();
    const file = await openImportFile(inPieces(workbook, [1000]), csvOfPieces, look);
    expect(file.header).toEqual(['mac', 'serial', 'note']);
    const read = await gathered(file.rows());
    expect(read.map(({ row }) => row)).toEqual([3, 4]);
    expect(read.map(({ cells }) => cells)).toEqual([
      ['0A:00:00:00:00:01', '112233445566', 'a "b", c\nd'],
      ['0A0000000002', '1.5e+17', 'true'],
    ]);
  });

  it('says of a workbook that can’t be read what to do', async () => {
    const workbook = await writeWorkbook([[{ value: 'mac' }]] as never).toBuffer();
    const open = (bytes: Buffer) => openImportFile(inPieces(bytes, [500]), csvOfPieces, look);
    await expect(open(workbook.subarray(0, workbook.length - 300))).rejects.toThrow(
      'The Excel workbook is damaged or incomplete. Open it, save it again, and send the whole file.',
    );
    // The same archive with other names in it is no workbook.
    const other = Buffer.from(workbook.toString('latin1').replaceAll('xl/', 'ab/'), 'latin1');
    await expect(open(other)).rejects.toThrow(
      'This is a ZIP archive, not a table of devices. Unpack it and send the file inside.',
    );
    // What it says of itself counts for nothing.
    const boaster = Buffer.from(workbook);
    boaster.writeUInt32LE(0xfffffff0, boaster.lastIndexOf(Buffer.of(0x50, 0x4b, 1, 2)) + 24);
    expect((await open(boaster)).header).toEqual(['mac']);
  });

  it('knows what could be a private key, in whichever column', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 28, maxLength: 28 }), (bytes) => {
        const key = Buffer.from(bytes);
        const hex = key.toString('hex');
        for (const text of [key.toString('base64'), hex, `'${hex}`, ` 0x${hex} `, hex.match(/../g)!.join(':')])
          expect(mayBePrivateKey(text)).toBe(true);
      }),
    );
    for (const text of ['', 'C0:FF:EE:00:00:01', 'private_key', 'GL0000000195', Buffer.alloc(32, 7).toString('base64')])
      expect(mayBePrivateKey(text)).toBe(false);
  });
});
