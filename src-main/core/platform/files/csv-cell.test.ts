import fc from 'fast-check';
import { expect, it } from 'vitest';
import { neutraliseCell } from './csv-cell.ts';

it('disarms what a spreadsheet program would run', () => {
  for (const text of ['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '-', '+', '--1', '-1e', '=']) {
    expect(neutraliseCell(text)).toBe(`'${text}`);
  }
});

it('leaves words, addresses and numbers as they are', () => {
  for (const text of ['', 'Zürich', 'C0:FF:EE:00:11:22', '-8.52', '+41', '-1e-7', '-.5', '3.', 'a=b', ' =1']) {
    expect(neutraliseCell(text)).toBe(text);
  }
});

it('keeps every number a number, and lets no other formula start through', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(neutraliseCell(String(value))).toBe(String(value));
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r'), fc.string(), (start, rest) => {
      const cell = neutraliseCell(start + rest);
      expect(/^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell))).toBe(false);
    }),
  );
});
