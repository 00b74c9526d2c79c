import fc from 'fast-check';
import { expect, it } from 'vitest';
import { periodWords } from '../contract/run-periods.ts';
import { goodsCode } from './goods-code.ts';

it('takes any barcode, trimmed, also one that looks like a MAC address', () => {
  expect(goodsCode(' 4006381333931\r\n')).toBe('4006381333931');
  expect(goodsCode('012345678905')).toBe('012345678905');
  expect(goodsCode('https://goods.example/x?id=ä 1')).toBe('https://goods.example/x?id=ä 1');
});

it('refuses control characters, nothing at all, and what is too long', () => {
  for (const bad of ['', '   ', 'AB\u0007C', '01\u001d10L', 'A\u202eB', 'A\nB', 'x'.repeat(101)])
    expect(goodsCode(bad), JSON.stringify(bad)).toBeNull();
  expect(goodsCode('x'.repeat(100))).toHaveLength(100);
});

it('gives a code that a run period takes as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (text) => {
      const code = goodsCode(text);
      if (code !== null) expect(periodWords.shape.goodsReference.parse(code)).toBe(code);
    }),
  );
});
