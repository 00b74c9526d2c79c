// Scalars of four lanes as signed odd digits of `width` bits. With k odd (for an even k, n - k: X is the same),
// k = sum of d_i * 2^(width * i) with d_i = 2 v_i + 1 - 2^width, v_i = bits width * i + 1 and up; no digit is zero. The
// last digit is 2 v + 1 with what is left of the bits. Nothing here branches on a scalar.
import { MAX_VECTORS } from './batch';

export const SCALAR_BYTES: usize = 28;
const WORDS: usize = 7;

/** n, the order of the base point, in 32-bit words from the lowest (SEC 2, section 2.3.2). */
const ORDER = memory.data<u32>([0x5c5c2a3d, 0x13dd2945, 0xe0b8f03e, 0xffff16a2, 0xffffffff, 0xffffffff, 0xffffffff]);

/** Words of the odd scalars, four lanes in a v128; one more word of zeros at the end. */
const STRIDE: usize = (WORDS + 1) * 16;
export const SCALAR_ROOM: usize = <usize>MAX_VECTORS * STRIDE;

/** Reads scalars of 28 bytes big-endian, four a vector, to `o`. */
export function readScalars(o: usize, bytes: usize, count: i32): void {
  for (let item: usize = 0; item < <usize>count * 4; item++) {
    const from = bytes + item * SCALAR_BYTES;
    const to = o + (item >> 2) * STRIDE + (item & 3) * 4;
    const odd = load<u8>(from + SCALAR_BYTES - 1) & 1;
    const mask = <u32>odd - 1; // all ones for an even scalar
    let borrow: i64 = 0;
    for (let i: usize = 0; i < WORDS; i++) {
      const word = bswap<u32>(load<u32>(from + 4 * (WORDS - 1 - i)));
      borrow += <i64>load<u32>(ORDER + i * 4) - <i64>word;
      store<u32>(to + i * 16, (<u32>borrow & mask) | (word & ~mask));
      borrow >>= 32;
    }
    store<u32>(to + WORDS * 16, 0);
  }
}

/** All ones in the lanes whose digit is negative, of the digit last read. */
export const NEGATIVE = memory.data(16, 16);

/** The index (|d| - 1) / 2 of digit `i` in each lane of a vector, and its sign in NEGATIVE. */
export function digit(scalars: usize, v: i32, i: i32, width: i32, last: bool): v128 {
  const from = scalars + <usize>v * STRIDE;
  const bit = width * i + 1;
  const word = from + <usize>(bit >> 5) * 16;
  const shift = bit & 31;
  let value = i32x4.shr_u(v128.load(word), shift);
  // Public: it depends on the position alone.
  if (shift > 32 - width) value = v128.or(value, i32x4.shl(v128.load(word, 16), 32 - shift));
  if (last) {
    v128.store(NEGATIVE, i32x4.splat(0));
    return value;
  }
  const half = 1 << (width - 1);
  value = v128.and(value, i32x4.splat(2 * half - 1));
  const negative = i32x4.lt_s(value, i32x4.splat(half));
  v128.store(NEGATIVE, negative);
  // v - half where v is at least that, else half - 1 - v, which is the complement of the former.
  return v128.xor(i32x4.sub(value, i32x4.splat(half)), negative);
}
