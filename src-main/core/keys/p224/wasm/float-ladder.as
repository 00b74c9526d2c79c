// The same as ladder.as in floating point, from and to elements of field.as.
import { POINT } from './batch';
import { L, R2_LIMBS, settle, splat, UNIT_LIMBS } from './element';
import { ELEMENT, LIMBS, mul } from './field';
import { FLOAT_ELEMENT, FLOAT_LIMBS, fromIntegers, integerLimb, PAIR } from './float-field';
import { addFloat, doubleFloat } from './float-jacobian';
import { DIGITS, ENTRIES, WIDTH } from './ladder';
import { digit, NEGATIVE } from './scalar';

const FLOAT_POINT: usize = 2 * FLOAT_ELEMENT;
const J = memory.data(<i32>FLOAT_ELEMENT * 3, 16);
const CHOSEN = memory.data(<i32>FLOAT_POINT, 16);
const MULTIPLES = memory.data(<i32>FLOAT_POINT * 8, 16);
const T = memory.data(<i32>ELEMENT, 16);
const R2 = memory.data(<i32>ELEMENT, 16);
const UNIT = memory.data(<i32>ELEMENT, 16);

/** As `ladder`. */
export function floatLadder(x: usize, z: usize, multiples: usize, words: usize, v: i32): void {
  splat(UNIT, UNIT_LIMBS);
  for (let i: usize = 0; i < <usize>ENTRIES * 2; i++) {
    mul(T, multiples + i * ELEMENT, UNIT);
    fromIntegers(MULTIPLES + i * FLOAT_ELEMENT, T);
  }
  choose(J, words, v, DIGITS - 1);
  memory.fill(J + FLOAT_POINT, 0, FLOAT_ELEMENT);
  v128.store(J + FLOAT_POINT, f64x2.splat(1));
  v128.store(J + FLOAT_POINT + PAIR, f64x2.splat(1));
  for (let i = DIGITS - 2; i >= 0; i--) {
    for (let k = 0; k < WIDTH; k++) doubleFloat(J);
    choose(CHOSEN, words, v, i);
    addFloat(J, CHOSEN);
  }
  splat(R2, R2_LIMBS);
  toIntegers(x, J);
  toIntegers(z, J + FLOAT_POINT);
}

/** The odd multiple for digit `i`, by a masked scan of all 8. */
function choose(o: usize, words: usize, v: i32, i: i32): void {
  const index = digit(words, v, i, WIDTH, i === DIGITS - 1);
  const negative = v128.load(NEGATIVE);
  choosePair(o, MULTIPLES, i64x2.extend_low_i32x4_s(index), i64x2.extend_low_i32x4_s(negative));
  choosePair(o + PAIR, MULTIPLES + PAIR, i64x2.extend_high_i32x4_s(index), i64x2.extend_high_i32x4_s(negative));
}

@inline
function pick(sum: v128, here: v128, at: usize): v128 {
  return v128.or(sum, v128.and(here, v128.load(at)));
}

function choosePair(o: usize, multiples: usize, index: v128, negative: v128): void {
  let x0 = i64x2.splat(0), x1 = x0, x2 = x0, x3 = x0, x4 = x0, y0 = x0, y1 = x0, y2 = x0, y3 = x0, y4 = x0;
  for (let j = 0; j < ENTRIES; j++) {
    const here = i64x2.eq(index, i64x2.splat(j));
    x0 = pick(x0, here, multiples);
    x1 = pick(x1, here, multiples + 16);
    x2 = pick(x2, here, multiples + 32);
    x3 = pick(x3, here, multiples + 48);
    x4 = pick(x4, here, multiples + 64);
    y0 = pick(y0, here, multiples + FLOAT_ELEMENT);
    y1 = pick(y1, here, multiples + FLOAT_ELEMENT + 16);
    y2 = pick(y2, here, multiples + FLOAT_ELEMENT + 32);
    y3 = pick(y3, here, multiples + FLOAT_ELEMENT + 48);
    y4 = pick(y4, here, multiples + FLOAT_ELEMENT + 64);
    multiples += FLOAT_POINT;
  }
  const sign = i64x2.shl(negative, 63);
  v128.store(o, x0);
  v128.store(o, x1, 16);
  v128.store(o, x2, 32);
  v128.store(o, x3, 48);
  v128.store(o, x4, 64);
  v128.store(o + FLOAT_ELEMENT, v128.xor(y0, sign));
  v128.store(o + FLOAT_ELEMENT, v128.xor(y1, sign), 16);
  v128.store(o + FLOAT_ELEMENT, v128.xor(y2, sign), 32);
  v128.store(o + FLOAT_ELEMENT, v128.xor(y3, sign), 48);
  v128.store(o + FLOAT_ELEMENT, v128.xor(y4, sign), 64);
}

/** o = the same number as an element of field.as, reduced. */
function toIntegers(o: usize, a: usize): void {
  for (let lane: usize = 0; lane < 4; lane++) {
    memory.fill(L, 0, 64);
    for (let i: usize = 0; i < FLOAT_LIMBS; i++) {
      const limb = integerLimb(a, lane, i);
      // Bits 45 i and up: the rest of one limb of 28 bits, and what is above it to the next.
      const at = L + ((45 * i) / 28) * 8;
      const shift = <i64>((45 * i) % 28);
      store<i64>(at, load<i64>(at) + ((limb & ((<i64>1 << (28 - shift)) - 1)) << shift));
      store<i64>(at + 8, load<i64>(at + 8) + (limb >> (28 - shift)));
    }
    settle();
    for (let i: usize = 0; i < LIMBS; i++) store<i32>(o + i * 16 + lane * 4, <i32>load<i64>(L + i * 8));
  }
  mul(o, o, R2);
}
