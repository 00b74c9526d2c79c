import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Gs1Element, readGs1 } from './gs1.ts';
import { formatMac, normaliseMac } from './mac-address.ts';

const MAC = 'C4:84:AC:57:B9:CF';
const GS = '\u001d';

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));
const word = (most: number) =>
  fc.string({ unit: fc.constantFrom(...'GHJKLMNPQRSTUVWXYZ-./'), minLength: 1, maxLength: most });
const element = (identifier: string, value: fc.Arbitrary<string>) => value.map((text) => ({ identifier, value: text }));
/** Elements that labels of devices have, with values that are no address. */
const fixed = fc.oneof(
  ...['11', '17'].map((identifier) => element(identifier, digits(6))),
  element('01', digits(14)),
  element('3103', digits(6)),
  element('8005', digits(6)),
);
const variable = fc.oneof(
  element('10', word(20)),
  element('240', word(30)),
  element('8003', digits(14)),
  element('8004', word(30)),
  element('91', word(40)),
);
const addresses = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) => {
  bytes[0]! |= 0xc0;
  return formatMac(bytes);
});
const bareMac = addresses.map((mac) => mac.replaceAll(':', ''));

const bracketed = (elements: Gs1Element[]) =>
  elements.map(({ identifier, value }) => `(${identifier})${value}`).join('');
const joined = (elements: Gs1Element[]) => elements.map(({ identifier, value }) => identifier + value).join(GS);
const names = fc.constantFrom('', ']C1', ']d2', ']Q3', ']e0', `]C1${GS}`);

describe('GS1 data', () => {
  it('gives back its elements, in any order, bracketed or separated', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fixed, variable), { minLength: 1, maxLength: 5 }), (elements) => {
        // At most 512 characters, as codes have.
        const unique = new Map(elements.map((one) => [`${one.identifier} ${one.value}`, one]));
        expect(readGs1(bracketed(elements))?.elements).toEqual(elements);
        const read = readGs1(`${joined(elements)}${GS}`)?.elements ?? [];
        expect(new Map(read.map((one) => [`${one.identifier} ${one.value}`, one]))).toEqual(unique);
      }),
    );
  });

  it('gives the address in 21 wherever it stands, separated, bracketed or as a Digital Link', () => {
    const others = fc.array(fc.oneof(fixed, variable), { maxLength: 3 });
    fc.assert(
      fc.property(others, others, bareMac, names, (before, after, value, name) => {
        const elements = [...before, { identifier: '21', value }, ...after];
        const mac = value.match(/../g)!.join(':');
        expect(normaliseMac(name + joined(elements))).toBe(mac);
        expect(normaliseMac(bracketed(elements))).toBe(mac);
        const path = elements.map(({ identifier, value: text }) => `${identifier}/${encodeURIComponent(text)}`);
        expect(normaliseMac(`https://id.example.com/x/01/04006381333931/${path.join('/')}?linkType=all`)).toBe(mac);
      }),
    );
  });

  it('gives the address where a manufacturer has it, before one in the serial number', () => {
    const label = joined([
      { identifier: '21', value: 'C0FFEE000001' },
      { identifier: '240', value: 'C484AC57B9CF' },
    ]);
    expect(normaliseMac(label)).toBe('C0:FF:EE:00:00:01');
    expect(normaliseMac(label, ['240'])).toBe(MAC);
    expect(normaliseMac(label, ['10', '240'])).toBe(MAC);
    // Which of two is meant is not guessed.
    expect(normaliseMac(label, ['21', '240'])).toBeNull();
    // Digits alone are an address only where somebody said that it stands there.
    for (const [identifiers, mac] of [
      [['21'], null],
      [['8004'], '12:34:56:78:90:12'],
    ] as const)
      expect(normaliseMac('(01)04006381333931(8004)123456789012', identifiers)).toBe(mac);
  });

  it('gives it too when the scanner leaves every separator out', () => {
    const others = fc.array(fixed, { maxLength: 2 });
    fc.assert(
      fc.property(others, others, bareMac, word(8), (before, after, value, lot) => {
        const mac = value.match(/../g)!.join(':');
        const text = (elements: Gs1Element[]) => elements.map((one) => one.identifier + one.value).join('');
        const serial = { identifier: '21', value };
        // A second 21 could be the identifier as well: then it may be another address, or none.
        fc.pre(text([...before, serial, ...after, { identifier: '10', value: lot }]).split('21').length === 2);
        expect(normaliseMac(`]d2${text([...before, serial, ...after])}`)).toBe(mac);
        expect(normaliseMac(text([{ identifier: '01', value: '04006381333931' }, ...before, serial]))).toBe(mac);
        expect(normaliseMac(`]C1${text([...before, serial, { identifier: '10', value: lot }])}`)).toBe(mac);
      }),
    );
  });

  test.each([
    [`]C1010400638133393110L1${GS}21C484AC57B9CF`, MAC],
    [']d20104006381333931172811301025X121C484AC57B9CF', MAC],
    [`]Q3${GS}21C484AC57B9CF${GS}0104006381333931`, MAC],
    ['010400638133393110AB<GS>21C484AC57B9CF<GS>17281130', MAC],
    ['(8004)HG-1(21)C4:84:AC:57:B9:CF', MAC],
    ['(01)04006381333931(10)AABBCCDDEEFF(21)C484AC57B9CF', MAC],
    // Where 21 is something else, the one value that is an address.
    ['(01)04006381333931(21)00012(92)C484AC57B9CF', MAC],
    [`]C12100012${GS}91C484AC57B9CF`, MAC],
    ['(01)04006381333931(21)0012(91)C484AC57B9CF(92)C484AC57B9CE', null],
    ['https://id.gs1.org/01/04006381333931/10/AABBCCDDEEFF/21/C484AC57B9CF?17=281130', MAC],
    ['https://id.gs1.org/01/04006381333931?21=C4%3A84%3AAC%3A57%3AB9%3ACF', MAC],
    ['https://id.gs1.org/01/04006381333931/21/112233445566', null],
    ['(01)04006381333931(21)112233445566', null],
    [']C10104006381333931', null],
    ['10AABBCCDDEEFF', null],
  ])('%j gives %j', (text, expected) => expect(normaliseMac(text)).toBe(expected));
});

test('a symbology identifier says nothing of the address', () => {
  for (const name of [']C0', ']C1', ']d1', ']d2', ']Q0', ']Q1', ']A0', ']A4', ']E0', ']z0', ']Q2\\000026'])
    for (const text of ['C484AC57B9CF', MAC, 'c4-84-ac-57-b9-cf', `MAC:${MAC}`, 'https://t.example/d/C484AC57B9CF'])
      expect(normaliseMac(`\u0002${name}${text}\r`), `${name}${text}`).toBe(MAC);
  expect(normaliseMac(']E04006381333931')).toBeNull();
});

test('takes no time for a text that is nearly GS1 data', () => {
  const started = performance.now();
  normaliseMac(`]C1${'1012'.repeat(500)}`);
  normaliseMac(`${'10'.repeat(255)}`);
  normaliseMac(`(${'(10)A'.repeat(400)}`);
  expect(performance.now() - started).toBeLessThan(1000);
});
