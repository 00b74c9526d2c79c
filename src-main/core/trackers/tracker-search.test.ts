import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchTerms } from './tracker-search-store.ts';

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
    expect(searchTerms('//////8')).toMatchObject({ key: { base64: '//////8', before: null } });
    expect(searchTerms('SN-12')).toMatchObject({ key: null });
    const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(anyKey, anyKey, fc.integer({ min: 6, max: 44 }), (hash, other, length) => {
        const base64 = Buffer.from(hash).toString('base64');
        const { key } = searchTerms(base64.slice(0, length));
        const inRange = (bytes: Uint8Array) =>
          Buffer.compare(bytes, key!.from) >= 0 && (key!.before === null || Buffer.compare(bytes, key!.before) < 0);
        expect(inRange(hash)).toBe(true);
        // The range holds nothing but keys that share the whole bytes of the prefix.
        expect(inRange(other)).toBe(Buffer.from(other).subarray(0, key!.from.length).equals(key!.from));
      }),
    );
  });
});
