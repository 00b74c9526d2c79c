import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { cleanCell, decodeBytes } from './imports-cells.ts';
import { findColumns } from './imports-columns.ts';
import { detectDelimiter } from './imports-csv.ts';
import { openSource } from './imports-source.ts';
import { utf16Of } from './imports-text.ts';

/** The bytes in pieces of the given sizes, again and again. */
const inPieces = (bytes: Uint8Array, sizes: readonly number[]) =>
  async function* () {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = sizes[i % sizes.length]!;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  };
const read = async (bytes: Uint8Array, sizes: readonly number[]) => {
  const source = await openSource(inPieces(bytes, sizes));
  const rows: string[][] = [];
  for await (const { cells } of source.rows()) rows.push(cells);
  return { header: source.header, rows };
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

  it('guesses delimiter and encoding', () => {
    expect(['a,b;c,d', '"a,b,c";d', 'a\tb', 'alone'].map(detectDelimiter)).toEqual([',', ';', '\t', ',']);
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
});
