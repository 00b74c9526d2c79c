import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { POINT_BYTES } from '../../../../src-shared/domain/find-my/payload.ts';
import { AppError } from '../../platform/errors.ts';

/**
 * NIST P-224 (secp224r1). Constants: SEC 2 version 2.0, section 2.3.2 (<https://www.secg.org/sec2-v2.pdf>), the same as
 * in NIST SP 800-186, section 3.2.1.2. a is p - 3.
 */
export const p224Curve = {
  p: 2n ** 224n - 2n ** 96n + 1n,
  a: 2n ** 224n - 2n ** 96n + 1n - 3n,
  b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
  Gx: 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
  Gy: 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
  n: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
  h: 1n,
} as const;

export const P224Point = weierstrass(p224Curve);

/**
 * Arithmetic on P-224 over many inputs at once. Scalars and X coordinates are 28 bytes big-endian each, leading zeros
 * kept; points are 57 bytes each (04 X Y). A scalar that is 0 or not below n throws AppError `corrupt-data`.
 */
export interface P224Engine {
  readonly name: string;
  /** X of d*G for each of n scalars (n * 28 bytes); each result was checked to be on the curve. */
  derivePublicX(scalars: Uint8Array): Uint8Array;
  /** X of d*Q for each pair; `ok` is 0, and `x` zero, where the point is not one of the curve in that encoding. */
  sharedX(scalars: Uint8Array, points: Uint8Array): { x: Uint8Array; ok: Uint8Array };
}

/** The reference implementation. */
export const nobleEngine: P224Engine = {
  name: 'noble',
  derivePublicX(scalars) {
    const count = checkScalars(scalars);
    const out = new Uint8Array(count * KEY_BYTES);
    for (let i = 0; i < count; i++) {
      const point = P224Point.BASE.multiply(readNumber(scalars, i));
      point.assertValidity();
      writeNumber(out, i, point.x);
    }
    return out;
  },
  sharedX(scalars, points) {
    const count = checkScalars(scalars, points);
    const x = new Uint8Array(count * KEY_BYTES);
    const ok = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const point = parsePoint(points.subarray(i * POINT_BYTES, (i + 1) * POINT_BYTES));
      if (!point) continue;
      writeNumber(x, i, point.multiply(readNumber(scalars, i)).x);
      ok[i] = 1;
    }
    return { x, ok };
  },
};

/** Checks lengths and the range of every scalar; returns the count. */
export function checkScalars(scalars: Uint8Array, points?: Uint8Array): number {
  const count = scalars.length / KEY_BYTES;
  if (!Number.isInteger(count) || (points !== undefined && points.length !== count * POINT_BYTES)) {
    throw new RangeError('scalars of 28 bytes and as many points of 57 bytes are expected');
  }
  for (let i = 0; i < count; i++) {
    if (!isScalar(scalars, i * KEY_BYTES)) {
      throw new AppError('corrupt-data', 'A private key is outside the range that P-224 allows.');
    }
  }
  return count;
}

const ORDER = new Uint8Array(KEY_BYTES);
writeNumber(ORDER, 0, p224Curve.n);

/** Whether the 28 bytes at `offset` are at least 1 and less than n, in time that does not depend on their value. */
export function isScalar(bytes: Uint8Array, offset = 0): boolean {
  let any = 0;
  let borrow = 0;
  for (let i = KEY_BYTES - 1; i >= 0; i--) {
    const byte = bytes[offset + i]!;
    any |= byte;
    borrow = ((byte - ORDER[i]! - borrow) >> 8) & 1;
  }
  return (borrow & ((any + 255) >> 8)) === 1;
}

/**
 * Private keys uniform in [1, n-1], by rejection (a fraction of 2^-112 is rejected).
 *
 * @returns count * 28 bytes
 */
export function randomScalars(count: number, randomBytes: (length: number) => Uint8Array): Uint8Array {
  const scalars = new Uint8Array(randomBytes(count * KEY_BYTES));
  for (let i = 0; i < count; i++) {
    while (!isScalar(scalars, i * KEY_BYTES)) scalars.set(randomBytes(KEY_BYTES), i * KEY_BYTES);
  }
  return scalars;
}

/** The point in uncompressed form, or null when the bytes are not a point of the curve. */
function parsePoint(bytes: Uint8Array): InstanceType<typeof P224Point> | null {
  if (bytes.length !== POINT_BYTES || bytes[0] !== 4) return null;
  try {
    return P224Point.fromBytes(bytes);
  } catch {
    return null;
  }
}

export function readNumber(bytes: Uint8Array, index: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + index * KEY_BYTES, KEY_BYTES);
  const high = view.getBigUint64(0);
  const middle = view.getBigUint64(8);
  const low = view.getBigUint64(16);
  return (high << 160n) | (middle << 96n) | (low << 32n) | BigInt(view.getUint32(24));
}

export function writeNumber(bytes: Uint8Array, index: number, value: bigint): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + index * KEY_BYTES, KEY_BYTES);
  view.setBigUint64(0, (value >> 160n) & 0xffff_ffff_ffff_ffffn);
  view.setBigUint64(8, (value >> 96n) & 0xffff_ffff_ffff_ffffn);
  view.setBigUint64(16, (value >> 32n) & 0xffff_ffff_ffff_ffffn);
  view.setUint32(24, Number(value & 0xffff_ffffn));
}
