import { createECDH, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../platform/errors.ts';
import { wycheproofCases } from '../vectors/wycheproof.ts';
import { isScalar, nobleEngine, p224Curve, randomScalars, readNumber, writeNumber } from './p224.ts';

const bytesOf = (value: bigint) => {
  const bytes = new Uint8Array(28);
  writeNumber(bytes, 0, value);
  return bytes;
};

describe('scalars', () => {
  test('are in [1, n-1]', () => {
    const { n } = p224Curve;
    const cases = [0n, 1n, 255n, 256n, n - 2n, n - 1n, n, n + 1n, 2n ** 224n - 1n].map((value) =>
      isScalar(bytesOf(value)),
    );
    expect(cases).toEqual([false, true, true, true, true, true, false, false, false]);
  });
  test('round trip as numbers', () => {
    for (const value of [0n, 1n, 2n ** 223n + 5n, p224Curve.n - 1n]) expect(readNumber(bytesOf(value), 0)).toBe(value);
  });
  test('random ones are drawn again until in range', () => {
    const draws = [bytesOf(0n), bytesOf(p224Curve.n), bytesOf(7n)];
    expect(randomScalars(1, () => draws.shift()!)).toEqual(bytesOf(7n));
    expect(randomScalars(100, randomBytes).length).toBe(2800);
  });
  test('out of range are refused', () => {
    for (const bad of [0n, p224Curve.n]) expect(() => nobleEngine.derivePublicX(bytesOf(bad))).toThrow(AppError);
  });
});

test('agrees with node:crypto and keeps leading zeros', () => {
  const ecdh = createECDH('secp224r1');
  const scalars = randomScalars(20, randomBytes);
  scalars[0] = 0;
  const x = nobleEngine.derivePublicX(scalars);
  for (let i = 0; i < 20; i++) {
    ecdh.setPrivateKey(scalars.subarray(i * 28, i * 28 + 28));
    expect(Buffer.from(x.subarray(i * 28, i * 28 + 28))).toEqual(ecdh.getPublicKey().subarray(1, 29));
  }
});

test('all Wycheproof cases', () => {
  const cases = wycheproofCases();
  expect(cases.length).toBe(458);
  for (const { scalar, point, shared, valid } of cases) {
    const { x, ok } = nobleEngine.sharedX(scalar, point);
    expect(ok[0]).toBe(valid ? 1 : 0);
    if (valid) expect(Buffer.from(x).toString('hex')).toBe(shared);
  }
});
