import { expect, it } from 'vitest';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { codesIn } from './code-list.ts';

const read = (text: string) => codesIn(text, normaliseMac);

it('reads one code a line, whatever ends the lines', () => {
  expect(read('AA:BB:CC:DD:EE:01\r\nAABBCCDDEE02\n\n  aabb.ccdd.ee03 \n')).toEqual([
    'AA:BB:CC:DD:EE:01',
    'AABBCCDDEE02',
    'aabb.ccdd.ee03',
  ]);
});

it('finds the MAC column of a pasted table and drops its heading', () => {
  expect(read('serial\tmac_address\nS1\tAA:BB:CC:DD:EE:01\nS2\tAA:BB:CC:DD:EE:02')).toEqual([
    'AA:BB:CC:DD:EE:01',
    'AA:BB:CC:DD:EE:02',
  ]);
  expect(read('"AA:BB:CC:DD:EE:01";box 1\n"AA:BB:CC:DD:EE:02";box 1')).toEqual([
    'AA:BB:CC:DD:EE:01',
    'AA:BB:CC:DD:EE:02',
  ]);
});

it('reads a list on one line', () => {
  expect(read('AA:BB:CC:DD:EE:01, AA:BB:CC:DD:EE:02')).toEqual(['AA:BB:CC:DD:EE:01', 'AA:BB:CC:DD:EE:02']);
});

it('keeps what is no code, so that it is refused in sight', () => {
  expect(read('AA:BB:CC:DD:EE:01\nhello')).toEqual(['AA:BB:CC:DD:EE:01', 'hello']);
  expect(read('')).toEqual([]);
});

it('takes the column that is called like one of MACs before one that holds more of them', () => {
  const table = `gateway,MAC address\n${'AA:BB:CC:DD:EE:99,AA:BB:CC:DD:EE:01\nAA:BB:CC:DD:EE:99,half'}`;
  expect(read(table)).toEqual(['AA:BB:CC:DD:EE:01', 'half']);
  expect(read('mac;label\n;AA:BB:CC:DD:EE:01\n;AA:BB:CC:DD:EE:02')).toEqual(['AA:BB:CC:DD:EE:01', 'AA:BB:CC:DD:EE:02']);
});

it('is not moved to another column by separators, quotes and line ends inside cells', () => {
  const rows = ['no;remark;mac', '1;on shelf 2, below;AA:BB:CC:DD:EE:01', '2;"a ""red"" box;\nnew";AA:BB:CC:DD:EE:02'];
  expect(read(rows.join('\n'))).toEqual(['AA:BB:CC:DD:EE:01', 'AA:BB:CC:DD:EE:02']);
});

it('drops a heading in any language, but not half an address', () => {
  expect(read('Adresse\nAA:BB:CC:DD:EE:01')).toEqual(['AA:BB:CC:DD:EE:01']);
  expect(read('AA:BB:CC\nAA:BB:CC:DD:EE:01')).toEqual(['AA:BB:CC', 'AA:BB:CC:DD:EE:01']);
});
