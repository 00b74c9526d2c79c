import { normalizeZ } from '@noble/curves/abstract/curve.js';
import { P224Point, p224Curve } from './p224.ts';

/** As wasm/base-table.as reads the table: digits of 8 bits, 28 of them, 128 odd multiples each. */
const WIDTH = 8;
const DIGITS = 28;
const ENTRIES = 128;
/** Bytes a pair of limbs, and pairs of limbs a coordinate. */
const PAIR_BYTES = 7;
const PAIRS = 4;
/** Montgomery's R */
const R_BITS = 224n;

/** Writes the multiples (2 j + 1) * 2^(8 i) * G of the base point, computed by noble, in Montgomery form. */
export function writeBaseTable(table: Uint8Array): void {
  const points: InstanceType<typeof P224Point>[] = [];
  let base = P224Point.BASE;
  for (let i = 0; i < DIGITS; i++) {
    const twice = base.double();
    let entry = base;
    for (let j = 0; j < ENTRIES; j++) {
      points.push(entry);
      entry = entry.add(twice);
    }
    for (let k = 0; k < WIDTH; k++) base = base.double();
  }
  for (const [index, point] of normalizeZ(P224Point, points).entries()) {
    const part = Math.floor(index / ENTRIES) * 2 * PAIRS * PAIR_BYTES * ENTRIES + (index % ENTRIES);
    writeElement(table, part, point.x);
    writeElement(table, part + PAIRS * PAIR_BYTES * ENTRIES, point.y);
  }
}

/** Two limbs of 28 bits in seven bytes: three of the first, the high nibbles of both, three of the second. */
function writeElement(table: Uint8Array, at: number, value: bigint): void {
  const number = (value << R_BITS) % p224Curve.p;
  let byte = at;
  for (let pair = 0; pair < PAIRS; pair++) {
    const low = Number((number >> BigInt(56 * pair)) & 0xfff_ffffn);
    const high = Number((number >> BigInt(56 * pair + 28)) & 0xfff_ffffn);
    for (const part of [low, low >> 8, low >> 16, (low >> 24) | ((high >> 24) << 4), high, high >> 8, high >> 16]) {
      table[byte] = part;
      byte += ENTRIES;
    }
  }
}
