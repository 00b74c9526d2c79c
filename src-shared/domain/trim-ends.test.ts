import fc from 'fast-check';
import { expect, it } from 'vitest';
import { trimEnds } from './trim-ends.ts';

const isDash = (character: string) => character === '-';

it('takes off what the pattern takes off', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('-', 'a', ' ') }), (text) => {
      expect(trimEnds(text, isDash)).toBe(text.replace(/^-+|-+$/g, ''));
    }),
  );
});

it('looks at nothing between the ends, however much of it there is', () => {
  let looked = 0;
  const text = `-a${'-'.repeat(100_000)}a-`;
  const found = trimEnds(text, (character) => {
    looked++;
    return isDash(character);
  });
  expect(found).toBe(text.slice(1, -1));
  expect(looked).toBe(4);
});
