import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialNumberOf, trackerIdOfSerial } from './serial-number.ts';

const ids = fc.integer({ min: 1, max: 9_999_999_999 });

describe('serial numbers', () => {
  it('lead back to their tracker', () => {
    fc.assert(
      fc.property(ids, fc.stringMatching(/^[A-Z][A-Z0-9-]{0,9}$/), (id, prefix) => {
        expect(trackerIdOfSerial(prefix, serialNumberOf(prefix, id))).toBe(id);
        expect(trackerIdOfSerial(prefix, serialNumberOf(prefix, id).toLowerCase())).toBe(id);
      }),
    );
    // 0000000100 modulo 97 is 3, so the check digits are 98 - 3.
    expect(serialNumberOf('GL', 1)).toBe('GL0000000195');
  });

  it('are refused with one wrong digit, or two swapped', () => {
    fc.assert(
      fc.property(ids, fc.nat(9), fc.nat(9), (id, at, digit) => {
        const serial = serialNumberOf('', id);
        const place = at % serial.length;
        const wrong = serial.slice(0, place) + digit + serial.slice(place + 1);
        if (wrong !== serial) expect(trackerIdOfSerial('', wrong)).toBeNull();
        const [a, b] = [serial[place], serial[place + 1]];
        if (a !== b && b !== undefined)
          expect(trackerIdOfSerial('', serial.slice(0, place) + b + a + serial.slice(place + 2))).toBeNull();
      }),
    );
  });

  it('are nothing else', () => {
    for (const text of ['', 'GL', 'GL1', 'GL-0000000195', 'XX0000000195', '0000000195', 'GL0000000095'])
      expect(trackerIdOfSerial('GL', text)).toBeNull();
    expect(() => serialNumberOf('GL', 0)).toThrow(RangeError);
    expect(() => serialNumberOf('GL', 1.5)).toThrow(RangeError);
  });
});
