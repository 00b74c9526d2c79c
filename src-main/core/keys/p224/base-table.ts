import { normalizeZ } from '@noble/curves/abstract/curve.js';
import { P224Point, p224Curve } from '../p224.ts';

/** As wasm/index.as reads the table: digits of 6 bits, 38 of them, 32 odd multiples each. */
const WIDTH = 6;
const DIGITS = 38;
const ENTRIES = 32;
const LIMBS = 8;
const LIMB_BITS = 28n;
/** Montgomery's R */
const R_BITS = 224n;

/**
 * Writes the multiples (2 j + 1) * 2^(6 i) * G of the base point, computed by noble, as limbs in Montgomery form:
 * X and Y of entry (i, j) at word 16 * (32 i + j).
 */
export function writeBaseTable(words: Uint32Array): void {
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
    writeElement(words, index * 2 * LIMBS, point.x);
    writeElement(words, (index * 2 + 1) * LIMBS, point.y);
  }
}

function writeElement(words: Uint32Array, at: number, value: bigint): void {
  let rest = (value << R_BITS) % p224Curve.p;
  for (let i = 0; i < LIMBS; i++) {
    words[at + i] = Number(rest & 0xfff_ffffn);
    rest >>= LIMB_BITS;
  }
}
