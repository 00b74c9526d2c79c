import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialNumberOf } from '../../../src-shared/domain/serial-number.ts';
import { type KeyTerm, searchTerms } from './tracker-search-store.ts';

describe('search text', () => {
  it('takes a whole address in any notation as that address, and a part of one as a range', () => {
    expect(searchTerms('c0ff.ee00.1122')).toMatchObject({ mac: 'C0:FF:EE:00:11:22', macRange: null });
    expect(searchTerms('C0:FF:E')).toMatchObject({
      mac: null,
      macRange: ['c0ffe0000000', 'c0ffefffffff'],
      macReversed: 'effoc'.replace('o', '0'),
    });
    expect(searchTerms('11-22')).toMatchObject({ macRange: ['112200000000', '1122ffffffff'], macReversed: '2211' });
    expect(searchTerms('Rheinlager')).toMatchObject({ mac: null, macRange: null, macReversed: null });
  });

  it('takes the beginning of a key as a range of its bytes', () => {
    expect(searchTerms('//////8')).toMatchObject({ keys: [{ text: '//////8', before: null }] });
    expect(searchTerms('SN-12')).toMatchObject({ keys: [] });
    const notation = fc.constantFrom<(bytes: Buffer) => string>(
      (bytes) => bytes.toString('base64'),
      (bytes) => bytes.toString('base64url'),
      (bytes) => bytes.toString('hex'),
      (bytes) => bytes.toString('hex').toUpperCase(),
      (bytes) => `0x${bytes.toString('hex')}`,
    );
    const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(anyKey, anyKey, fc.integer({ min: 8, max: 44 }), notation, (hash, other, length, write) => {
        const text = write(Buffer.from(hash)).slice(0, length);
        const inRange = (bytes: Uint8Array, { from, before }: KeyTerm) =>
          Buffer.compare(bytes, from) >= 0 && (before === null || Buffer.compare(bytes, before) < 0);
        const { keys } = searchTerms(text);
        const term = keys.find(
          (key) => inRange(hash, key) && Buffer.from(hash).toString(key.encoding).startsWith(key.text),
        );
        expect(term).toBeDefined();
        // The range holds nothing but keys that share the whole bytes of the prefix.
        for (const key of keys)
          expect(inRange(other, key)).toBe(Buffer.from(other).subarray(0, key.from.length).equals(key.from));
      }),
    );
  });

  it('takes a serial number that we print apart, whatever its prefix ends in', () => {
    const prefix = fc.stringMatching(/^[A-Z0-9-]{1,8}$/);
    fc.assert(
      fc.property(prefix, fc.integer({ min: 1, max: 9_999_999_999 }), (given, trackerId) => {
        expect(searchTerms(serialNumberOf(given, trackerId)).printed).toContainEqual({ prefix: given, trackerId });
      }),
    );
    expect(searchTerms('GL0000001234').printed).toEqual([]);
    expect(searchTerms('12').printed).toEqual([]);
  });
});
