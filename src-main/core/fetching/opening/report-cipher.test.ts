import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bluetoothAddressOf } from '../../../../src-shared/domain/find-my/keys.ts';
import { encodePlaintext } from '../../../../src-shared/domain/find-my/plaintext.ts';
import { hashedAdvertisementKey } from '../../keys/hashed-key.ts';
import { nobleEngine, randomScalars } from '../../keys/p224/p224.ts';
import { encryptReport } from '../testing/encrypt-report.ts';
import { decryptReports } from './report-cipher.ts';

interface Vector {
  privateKey: string;
  advertisementKey: string;
  hashedAdvertisementKey: string;
  macAddress: string;
  payload: string;
  expected: {
    timestamp: string;
    latitude: number;
    longitude: number;
    horizontalAccuracyMetres: number;
    statusByte: number;
    confidence: number;
    payloadBytes: number;
  };
}

const file = readFileSync(new URL('./vectors/location_reports.json', import.meta.url), 'utf8');
const { vectors } = JSON.parse(file) as { vectors: Vector[] };
const bytesOf = (text: string) => Buffer.from(text, 'base64');
const items = vectors.map((vector) => ({ privateKey: bytesOf(vector.privateKey), payload: bytesOf(vector.payload) }));

test('the keys of every vector belong together', () => {
  for (const vector of vectors) {
    const key = nobleEngine.derivePublicX(bytesOf(vector.privateKey));
    expect(Buffer.from(key).toString('base64')).toBe(vector.advertisementKey);
    expect(hashedAdvertisementKey(key)).toBe(vector.hashedAdvertisementKey);
    expect(bluetoothAddressOf(key)).toBe(vector.macAddress);
  }
});

test('decrypts every vector', () => {
  const reports = decryptReports(nobleEngine, items);
  for (const [index, { expected }] of vectors.entries()) {
    expect(items[index]!.payload.length).toBe(expected.payloadBytes);
    expect(reports[index]).toMatchObject({
      ok: true,
      timestampMs: Date.parse(expected.timestamp),
      latitude: expected.latitude,
      longitude: expected.longitude,
      horizontalAccuracyM: expected.horizontalAccuracyMetres,
      statusByte: expected.statusByte,
      confidence: expected.confidence,
    });
  }
});

describe('a corrupt report among good ones is an answer of its own', () => {
  const good = items[0]!;
  const changed = (index: number) => {
    const payload = Buffer.from(good.payload);
    payload[index]! ^= 1;
    return { ...good, payload };
  };
  test('by length, point and tag', () => {
    const last = good.payload.length - 1;
    const broken = [{ ...good, payload: good.payload.subarray(1) }, changed(30), changed(last), changed(65)];
    const other = { ...good, privateKey: items[1]!.privateKey };
    const answers = decryptReports(nobleEngine, [good, ...broken, other, good]);
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.reason))).toEqual([
      'ok',
      'bad-length',
      'bad-point',
      'bad-tag',
      'bad-tag',
      'bad-tag',
      'ok',
    ]);
  });
  test('no input at all', () => expect(decryptReports(nobleEngine, [])).toEqual([]));
});

test('decrypts what a finder encrypts', () => {
  const position = fc.record({
    latitude: fc.integer({ min: -900_000_000, max: 900_000_000 }).map((value) => value / 1e7),
    longitude: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }).map((value) => value / 1e7),
    horizontalAccuracyM: fc.integer({ min: 1, max: 255 }),
    statusByte: fc.integer({ min: 0, max: 255 }),
  });
  const seconds = fc.integer({ min: 978_307_200, max: 4_000_000_000 });
  fc.assert(
    fc.property(position, seconds, fc.constantFrom(88 as const, 89 as const), (value, second, length) => {
      const privateKey = randomScalars(1, randomBytes);
      const payload = encryptReport({
        advertisementKey: nobleEngine.derivePublicX(privateKey),
        plaintext: encodePlaintext(value),
        ephemeralScalar: randomScalars(1, randomBytes),
        timestampMs: second * 1000,
        confidence: 2,
        length,
      });
      expect(payload.length).toBe(length);
      expect(decryptReports(nobleEngine, [{ privateKey, payload }])[0]).toMatchObject({
        ok: true,
        timestampMs: second * 1000,
        confidence: 2,
        invalidPosition: false,
        ...value,
      });
    }),
    { numRuns: 30 },
  );
});
