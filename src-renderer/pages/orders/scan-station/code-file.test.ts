import { expect, it } from 'vitest';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { type CodeFile, readCodeFile } from './code-file.ts';

const read = (content: BlobPart) => readCodeFile(new Blob([content]), normaliseMac);
const one = 'AA:BB:CC:DD:EE:01';
const codesOf = (read: CodeFile) => ('codes' in read ? read.codes : []);
const two = 'AA:BB:CC:DD:EE:02';

it('reads a list and a table, in the encodings that Excel saves', async () => {
  expect(await read(`\ufeff${one}\r\n${two}\r\n`)).toEqual({ codes: [one, two] });
  const table = `Gerät;MAC-Adresse;Ort\r\n1;${one};Köln\r\n2;${two};Köln\r\n`;
  expect(await read(table)).toEqual({ codes: [one, two] });
  expect(await read(Uint8Array.from(table, (character) => character.charCodeAt(0)))).toEqual({ codes: [one, two] });
  const utf16 = new Uint16Array(Array.from(`\ufeff${table.replaceAll(';', '\t')}`, (c) => c.charCodeAt(0)));
  expect(await read(utf16)).toEqual({ codes: [one, two] });
});

it('keeps half an address of the list, so that it is refused in sight', async () => {
  expect(await read(`mac\n${one}\nAA:BB:CC\n`)).toEqual({ codes: [one, 'AA:BB:CC'] });
});

it('takes nothing of a file without any address, of another kind, or far too large', async () => {
  expect(await read('')).toMatchObject({ problem: 'no-mac' });
  expect(await read('article;ean\nBox;4006381333931\n')).toMatchObject({ problem: 'no-mac' });
  expect(await read(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))).toMatchObject({ problem: 'not-text' });
  expect(await read(new Uint8Array(4 * 1024 * 1024 + 1))).toMatchObject({ problem: 'too-large' });
  const gone = { size: 1, arrayBuffer: () => Promise.reject(new Error('NotFoundError')) };
  expect(await readCodeFile(gone, normaliseMac)).toMatchObject({ problem: 'unreadable' });
  const many = Array.from({ length: 2_001 }, (_, n) => `AABBCC${n.toString(16).padStart(6, '0')}`).join('\n');
  expect(await read(many)).toEqual({ problem: 'too-many', found: 2_001 });
});

it('takes no longer for a long cell of quotes, spaces or letters', async () => {
  const long = 200_000;
  for (const cell of [`x${'"'.repeat(long)}0`, `x${' '.repeat(long)}0`, `${'g'.repeat(long)}0`]) {
    const codes = codesOf(await read(`${cell}\n${one}`));
    expect(codes.map((code) => code.length)).toEqual([cell.length, one.length]);
  }
});
