import { expect, it } from 'vitest';
import { normaliseMac } from '../../../src-shared/domain/mac-address.ts';
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
