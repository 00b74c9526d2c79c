// The table of the base point, and constant-time lookups in it, for 16 scalars at a time.
import { BATCH_END, POINT } from './batch';
import { TWO_P } from './element';
import { ELEMENT } from './field';
import { digit, NEGATIVE } from './scalar';

// A scalar is 28 digits of 8 bits.
const WIDTH: i32 = 8;
export const BASE_DIGITS: i32 = 28;
/** Vectors a lookup. */
export const BASE_VECTORS: i32 = 4;

/**
 * Entry (i, j): (2 j + 1) * 2^(8 i) * G, written by the host. Byte planes, so that a lookup is a byte shuffle: two
 * limbs are seven bytes (three of the first; the high nibbles of both; three of the second), and byte t of limbs 2 q and
 * 2 q + 1 (q from 0 to 3 for X, 4 to 7 for Y) is at 7168 i + 896 q + 128 t + j.
 */
export const TABLE: usize = (BATCH_END + 63) & ~63;
const PLANE: usize = 128;
const PAIR: usize = 7 * PLANE;
const PART: usize = 8 * PAIR;
export const TABLE_END: usize = TABLE + <usize>BASE_DIGITS * PART;

/** Byte at `plane` of 16 entries: a swizzle gives 0 for an index above 15, and one of a to h is below 16. */
@inline
function look(plane: usize, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128): v128 {
  const ab = v128.or(i8x16.swizzle(v128.load(plane), a), i8x16.swizzle(v128.load(plane, 16), b));
  const cd = v128.or(i8x16.swizzle(v128.load(plane, 32), c), i8x16.swizzle(v128.load(plane, 48), d));
  const ef = v128.or(i8x16.swizzle(v128.load(plane, 64), e), i8x16.swizzle(v128.load(plane, 80), f));
  const gh = v128.or(i8x16.swizzle(v128.load(plane, 96), g), i8x16.swizzle(v128.load(plane, 112), h));
  return v128.or(v128.or(ab, cd), v128.or(ef, gh));
}

const SIGNS = memory.data(64, 16);

/** The entries for digit `i` of the 16 scalars from vector `v` on, to the four points at `o`; reads all of the digit's table. */
export function chooseBase(o: usize, words: usize, v: i32, i: i32): void {
  const last = i === BASE_DIGITS - 1;
  const v0 = digit(words, v, i, WIDTH, last);
  v128.store(SIGNS, v128.load(NEGATIVE));
  const v1 = digit(words, v + 1, i, WIDTH, last);
  v128.store(SIGNS, v128.load(NEGATIVE), 16);
  const v2 = digit(words, v + 2, i, WIDTH, last);
  v128.store(SIGNS, v128.load(NEGATIVE), 32);
  const v3 = digit(words, v + 3, i, WIDTH, last);
  v128.store(SIGNS, v128.load(NEGATIVE), 48);
  const a = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(v0, v1), i16x8.narrow_i32x4_u(v2, v3));
  const b = v128.xor(a, i8x16.splat(16)), c = v128.xor(a, i8x16.splat(32)), d = v128.xor(a, i8x16.splat(48));
  const e = v128.xor(a, i8x16.splat(64)), f = v128.xor(a, i8x16.splat(80)), g = v128.xor(a, i8x16.splat(96));
  const h = v128.xor(a, i8x16.splat(112));
  let from = TABLE + <usize>i * PART;
  for (let limb: usize = 0; limb < 16; limb += 2) {
    const high = look(from + 3 * PLANE, a, b, c, d, e, f, g, h);
    const nibble = i8x16.splat(15);
    spread(o, limb,
      look(from, a, b, c, d, e, f, g, h),
      look(from + PLANE, a, b, c, d, e, f, g, h),
      look(from + 2 * PLANE, a, b, c, d, e, f, g, h),
      v128.and(high, nibble));
    spread(o, limb + 1,
      look(from + 4 * PLANE, a, b, c, d, e, f, g, h),
      look(from + 5 * PLANE, a, b, c, d, e, f, g, h),
      look(from + 6 * PLANE, a, b, c, d, e, f, g, h),
      v128.and(i16x8.shr_u(high, 4), nibble));
    from += PAIR;
  }
}

/** Bytes p (lowest) to s of one limb of 16 lanes, to limb `limb` (of X, or from 8 on of Y) of four points. */
@inline
function spread(o: usize, limb: usize, p: v128, q: v128, r: v128, s: v128): void {
  const pq = i8x16.shuffle(p, q, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const rs = i8x16.shuffle(r, s, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const pqHigh = i8x16.shuffle(p, q, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const rsHigh = i8x16.shuffle(r, s, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  put(o, limb, 0, i16x8.shuffle(pq, rs, 0, 8, 1, 9, 2, 10, 3, 11));
  put(o, limb, 1, i16x8.shuffle(pq, rs, 4, 12, 5, 13, 6, 14, 7, 15));
  put(o, limb, 2, i16x8.shuffle(pqHigh, rsHigh, 0, 8, 1, 9, 2, 10, 3, 11));
  put(o, limb, 3, i16x8.shuffle(pqHigh, rsHigh, 4, 12, 5, 13, 6, 14, 7, 15));
}

/** Stores a limb of vector `k`; of Y negated, as 2p - y, in the lanes whose digit is negative. */
@inline
function put(o: usize, limb: usize, k: usize, value: v128): void {
  const to = o + k * POINT + limb * 16;
  if (limb < 8) {
    v128.store(to, value);
  } else {
    const negated = i32x4.sub(v128.load32_splat(TWO_P + (limb - 8) * 4), value);
    v128.store(to, v128.bitselect(negated, value, v128.load(SIGNS + k * 16)));
  }
}
