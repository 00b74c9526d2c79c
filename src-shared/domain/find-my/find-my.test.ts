import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batteryLevels, batteryOf, statusByteOf } from './battery.ts';
import { bluetoothAddressOf } from './keys.ts';
import { buildPayload, PAYLOAD_LENGTHS, parseHead, SEALED_BYTES } from './payload.ts';
import { decodePlaintext, encodePlaintext } from './plaintext.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('bluetoothAddressOf', () => {
  test('sets the two top bits and keeps the other 46', () => {
    fc.assert(
      fc.property(bytes(28), (key) => {
        const address = bluetoothAddressOf(key)
          .split(':')
          .map((pair) => Number.parseInt(pair, 16));
        expect(address).toEqual([key[0]! | 0xc0, ...key.slice(1, 6)]);
      }),
    );
  });
  test('leaves the key as it is, in a Buffer too', () => {
    const key = Buffer.alloc(28);
    expect(bluetoothAddressOf(key)).toBe('C0:00:00:00:00:00');
    expect(key.every((byte) => byte === 0)).toBe(true);
  });
  test('refuses another length', () => {
    expect(() => bluetoothAddressOf(new Uint8Array(27))).toThrow(RangeError);
  });
});

describe('payload', () => {
  test('parses what it builds, in both lengths', () => {
    const fields = fc.record({
      timestampMs: fc.integer({ min: 978_307_200, max: 978_307_200 + 0xffff_ffff }).map((seconds) => seconds * 1000),
      confidence: fc.integer({ min: 0, max: 255 }),
      ephemeralPoint: bytes(57),
      ciphertext: bytes(10),
      tag: bytes(16),
      length: fc.constantFrom(...PAYLOAD_LENGTHS),
    });
    fc.assert(
      fc.property(fields, (value) => {
        const payload = buildPayload(value);
        expect(payload.length).toBe(value.length);
        // At an offset within a larger buffer, as a slice of an answer is.
        const larger = new Uint8Array(value.length + 7);
        larger.set(payload, 7);
        const read = larger.subarray(7);
        const { timestampMs, confidence, ephemeralPoint, ciphertext, tag, length } = value;
        const sealedAt = length - SEALED_BYTES;
        expect(parseHead(read)).toEqual({ timestampMs, confidence, sealedAt, length });
        expect(Buffer.from(read.subarray(sealedAt))).toEqual(Buffer.concat([ephemeralPoint, ciphertext, tag]));
      }),
    );
  });
  test('refuses every other length', () => {
    for (let length = 0; length < 200; length++) {
      expect(parseHead(new Uint8Array(length)) !== null).toBe(length === 88 || length === 89);
    }
  });
});

describe('plaintext', () => {
  test('round trips to 1e-7 degrees', () => {
    const position = fc.record({
      latitude: fc.integer({ min: -900_000_000, max: 900_000_000 }).map((value) => value / 1e7),
      longitude: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }).map((value) => value / 1e7),
      horizontalAccuracyM: fc.integer({ min: 1, max: 255 }),
      statusByte: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(position, (value) => {
        expect(decodePlaintext(encodePlaintext(value))).toEqual({ ...value, invalidPosition: false });
      }),
    );
  });
  test.each([
    [0, 0, 0, true],
    [0, 0, 1, true],
    [0, 1e-7, 0, false],
    [90, 180, 5, false],
    [90.0000001, 0, 5, true],
    [0, -180.0000001, 5, true],
  ])('%d/%d with accuracy %d: invalid is %s', (latitude, longitude, horizontalAccuracyM, invalid) => {
    const encoded = encodePlaintext({ latitude, longitude, horizontalAccuracyM, statusByte: 0 });
    expect(decodePlaintext(encoded).invalidPosition).toBe(invalid);
  });
});

describe('battery', () => {
  test('reads what open firmware writes', () => {
    for (const level of batteryLevels) expect(batteryOf(statusByteOf(level), 'flagged')).toBe(level);
    expect([0x20, 0x60, 0xa0, 0xe0].map((status) => batteryOf(status, 'flagged'))).toEqual([...batteryLevels]);
  });
  test('says nothing without the flag', () => {
    expect([0, 0x40, 0xc0, 0x1f].map((status) => batteryOf(status, 'flagged'))).toEqual([null, null, null, null]);
    // 3.2 V is no flag, a level without the flag is none of open firmware, and an unknown firmware says nothing.
    expect([32, 26, 0, 200].map((status) => batteryOf(status, 'voltage'))).toEqual(['3.2', '2.6', null, null]);
    expect([0, 0x40, 0x80, 0xc0].map((status) => batteryOf(status, 'pix'))).toEqual([
      null,
      'medium',
      'low',
      'very-low',
    ]);
    expect([32, 0x40, 0xe0].map((status) => batteryOf(status, null))).toEqual([null, null, null]);
  });
});
