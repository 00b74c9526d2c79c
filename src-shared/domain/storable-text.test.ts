import fc from 'fast-check';
import { expect, it } from 'vitest';
import { storableText } from './storable-text.ts';

/** Any sequence of UTF-16 units: halves of pairs, whole pairs and NUL among them. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7fe, max: 0xe001 })), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));

it('is well-formed, without NUL, and no longer than asked, wherever the cut falls', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 0, max: 45 }), (text, length) => {
      const kept = storableText(text, length);
      expect(kept.isWellFormed() && !kept.includes('\0')).toBe(true);
      expect(kept.length).toBeLessThanOrEqual(length);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(text.length, length) - 1);
      expect(storableText(text).length).toBe(text.length);
    }),
  );
});

it('leaves out the half of an emoji that a cut left, and keeps every good text', () => {
  expect(storableText(`${'x'.repeat(59)}😀`, 60)).toBe('x'.repeat(59));
  expect(storableText(`${'x'.repeat(58)}😀`, 60)).toBe(`${'x'.repeat(58)}😀`);
  expect(storableText('a\ud83d', 2)).toBe('a\ufffd');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(storableText(text)).toBe(text.replaceAll('\0', '\ufffd'));
    }),
  );
});
