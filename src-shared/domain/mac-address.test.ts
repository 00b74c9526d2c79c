import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMac, normaliseMac, reverseMac } from './mac-address.ts';

const bytes = fc.uint8Array({ minLength: 6, maxLength: 6 });
const MAC = 'C4:84:AC:57:B9:CF';

describe('normaliseMac', () => {
  test('reads every notation of any address', () => {
    const notation = fc.constantFrom<(hex: string[]) => string>(
      (hex) => hex.join(':'),
      (hex) => hex.join('-'),
      (hex) => hex.join(' '),
      (hex) => hex.join(''),
      (hex) => hex.join('').replace(/(....)(....)(....)/, '$1.$2.$3'),
      (hex) => hex.join('').replace(/(......)(......)/, '$1-$2'),
      (hex) => `MAC:${hex.join(':')}`,
      (hex) => `MAC=${hex.join('')}`,
      (hex) => `mac: ${hex.join('-')}`,
      (hex) => `https://t.example/d?mac=${hex.join('%3A')}&v=2`,
      (hex) => `{"serial":"SN-0042","mac":"${hex.join(':')}"}`,
    );
    const around = fc.constantFrom('', ' ', '\t', '\r\n', '\u0000', '\ufeff', '\u00a0');
    fc.assert(
      fc.property(bytes, notation, fc.boolean(), around, around, (value, write, lower, before, after) => {
        const mac = formatMac(value);
        const hex = (lower ? mac.toLowerCase() : mac).split(':');
        expect(normaliseMac(before + write(hex) + after)).toBe(mac);
      }),
    );
  });

  test.each([
    ['https://t.example/d/c484ac57b9cf', MAC],
    ['https://t.example/d/C4-84-AC-57-B9-CF?lot=202611230001', MAC],
    ['C4:84:AC:57:B9:CF;C484.AC57.B9CF', MAC],
    ['(01)09506000134352(21)C484AC57B9CF', MAC],
    ['TAG-C484AC57B9CF', MAC],
    ['', null],
    ['C4:84:AC:57:B9', null],
    ['C4:84:AC:57:B9:C', null],
    ['C4:84:AC:57:B9:CF:01', null],
    ['C4:84:AC:FF:FE:57:B9:CF', null],
    ['C4:84-AC:57:B9:CF', null],
    ['C484AC57B9C', null],
    ['C484AC57B9CF0', null],
    ['4006381333931', null],
    ['96385074', null],
    ['order 202611230001', null],
    ['G4:84:AC:57:B9:CF', null],
    ['550e8400-e29b-41d4-a716-446655440000', null],
    ['a9d3f1de8a0c4d6a8f4b0e3b2f6a7c10', null],
    ['C4:84:AC:57:B9:CF,C4:84:AC:57:B9:CE', null],
    ['C4:84:AC:57:B9:CFC4:84:AC:57:B9:CF', null],
    ['C4:84:AC:57:B9:CF'.repeat(200), null],
  ])('%j gives %j', (text, expected) => expect(normaliseMac(text)).toBe(expected));

  test('never throws, and what it returns is canonical', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const mac = normaliseMac(text);
        if (mac !== null) expect(mac).toMatch(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/);
      }),
    );
  });

  test('refuses any part of an address', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 16 }), (value, length) => {
        expect(normaliseMac(formatMac(value).slice(0, length))).toBeNull();
      }),
    );
  });
});

test('reverseMac is its own inverse', () => {
  fc.assert(fc.property(bytes, (value) => reverseMac(reverseMac(formatMac(value))) === formatMac(value)));
  expect(reverseMac(MAC)).toBe('CF:B9:57:AC:84:C4');
});

test('reads the contents of QR and Data Matrix codes that carry one address', () => {
  for (const text of [
    'https://x.example/d/AABBCCDDEEFF',
    'https://x.example/?mac=AA%3ABB%3ACC%3ADD%3AEE%3AFF&s=1',
    '{"mac":"AABBCCDDEEFF","sn":"12"}',
    "{'mac': 'aa:bb:cc:dd:ee:ff'}",
    'SN123;AA-BB-CC-DD-EE-FF;v2',
    '(01)04006381333931(21)AABBCCDDEEFF',
    ']d2010400638133393121AABBCCDDEEFF',
    '\u001d0104006381333931\u001d21AABBCCDDEEFF\u001d10L1',
  ])
    expect(normaliseMac(text), text).toBe('AA:BB:CC:DD:EE:FF');
  expect(normaliseMac('{"mac":"112233445566"}')).toBe('11:22:33:44:55:66');
});

test('takes neither an article number, half an address nor an address of the web for one', () => {
  for (const text of [
    '4006381333931',
    '0104006381333931',
    '010400638133393121112233445566',
    'AA:BB:CC',
    'AA:BB:CC:DD:EE',
    'AABBCCDDEEF',
    'https://example.com/order/112233445566',
    '',
  ])
    expect(normaliseMac(text), text).toBeNull();
});
