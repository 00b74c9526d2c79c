// The same field in floating point, for processors with a fused multiply-add: four elements side by side.
//
// An element is 160 bytes: lanes 0 and 1, then lanes 2 and 3, each as five limbs of 45 bits, a v128 each. A limb is a
// multiple of 2^(45 i) with that weight in it, and signed; there is no Montgomery form. A "unit" of limb i is 2^44 * 2^(45 i).
// Products are within (1 + 2^-29) units, and take factors of several: 5 m n up to 250 for limbs of m and n units, for the
// two products of a difference together. All that is done here stays below half of that.
//
// A product of 90 bits is taken apart without an error: s + a * b, rounded to a multiple of 2^(45 (k + 1)) by the large
// constant that s began with, tells by its growth the part that belongs to column k + 1; a * b less that part is exact again.
// Nothing here rounds otherwise: every sum stays below 2^53 of its last bit. It needs a multiplication and addition that round
// once: see `fused`. No step takes longer for one number than for another: none is tiny, infinite or not a number.
export const FLOAT_LIMBS: usize = 5;
/** Lanes 0 and 1 of an element; then lanes 2 and 3. */
export const PAIR: usize = 80;
export const FLOAT_ELEMENT: usize = 2 * PAIR;
const COLUMNS: usize = 10;

/** 1.5 * 2^52 * 2^(45 (k + 1)) in both lanes: what it is added to is rounded to a multiple of 2^(45 (k + 1)). */
const MAGIC = memory.data(<i32>(COLUMNS * 16), 16);
/** 2^225 = 2^97 - 2: what is folded is multiplied by 2^-128, and by -2^-224. */
const FOLD = memory.data(32, 16);

export function initFloatField(): void {
  for (let k: usize = 0; k < COLUMNS; k++) {
    const value = reinterpret<f64>(((<u64>1023 + 97 + 45 * k) << 52) | (<u64>1 << 51));
    v128.store(MAGIC + k * 16, f64x2.splat(value));
  }
  v128.store(FOLD, f64x2.splat(reinterpret<f64>(<u64>(1023 - 128) << 52)));
  v128.store(FOLD, f64x2.splat(-reinterpret<f64>(<u64>(1023 - 224) << 52)), 16);
}

/** Rounds once where the processor does; where not, this engine must not be used. */
@inline
function fma(a: v128, b: v128, c: v128): v128 {
  return f64x2.relaxed_madd(a, b, c);
}

const PROBE = memory.data(16, 16);

/** Whether a product and its sum are rounded once: (1 + 2^-30)^2 - (1 + 2^-29) is 2^-60 then, else 0. */
export function fused(): bool {
  // By way of memory, so that no compiler works it out.
  store<f64>(PROBE, 1 + 1 / <f64>(1 << 30));
  store<f64>(PROBE, -1 - 1 / <f64>(1 << 29), 8);
  const factor = v128.load64_splat(PROBE);
  const sum = fma(factor, factor, v128.load64_splat(PROBE, 8));
  return v128.bitmask<i64>(f64x2.eq(sum, f64x2.splat(reinterpret<f64>(<u64>(1023 - 60) << 52)))) === 3;
}

@inline
function magic(k: usize): v128 {
  return v128.load(MAGIC + k * 16);
}
@inline
function plus(a: v128, b: v128): v128 {
  return f64x2.add(a, b);
}
@inline
function less(a: v128, b: v128): v128 {
  return f64x2.sub(a, b);
}
/** What a * b leaves in its column, when the running sum went from `before` to `after` with it. */
@inline
function low(a: v128, b: v128, before: v128, after: v128): v128 {
  return fma(a, b, less(before, after));
}
/** The multiple of the next limb's 2^(45 (k + 1)) that is nearest to t. */
@inline
function carryOf(t: v128, k: usize): v128 {
  return less(plus(t, magic(k)), magic(k));
}

/** The columns of a product, lanes 0 and 1, then 2 and 3; then those of the product that is taken from it. */
const T = memory.data(<i32>COLUMNS * 64, 16);
const DIFFERENCE: usize = COLUMNS * 32;

/** Column k at `t`; of a difference, less `times` (1 or 2, negated) that at DIFFERENCE after it. */
@inline
function column<Alone>(t: usize, k: usize, times: v128): v128 {
  const one = v128.load(t + k * 16);
  return isSigned<Alone>() ? one : fma(v128.load(t + k * 16 + DIFFERENCE), times, one);
}

/** -c, where c is the part of 2^-128 t, to be added to column k - 3, that belongs to column k - 2. */
@inline
function away(t: v128, k: usize): v128 {
  return less(magic(k - 3), fma(t, v128.load(FOLD), magic(k - 3)));
}

/** Columns 0 to 9 to five limbs: from the highest to the sixth they are folded, then a carry is taken from each that is left. */
function reduce<Alone>(o: usize, t: usize, times: v128): void {
  const high = v128.load(FOLD), negative = v128.load(FOLD, 16);
  const t9 = column<Alone>(t, 9, times);
  let t8 = column<Alone>(t, 8, times);
  let t7 = column<Alone>(t, 7, times);
  let t6 = column<Alone>(t, 6, times);
  let t5 = column<Alone>(t, 5, times);
  let t4 = column<Alone>(t, 4, times);
  let t3 = column<Alone>(t, 3, times);
  let t2 = column<Alone>(t, 2, times);
  let t1 = column<Alone>(t, 1, times);
  let t0 = column<Alone>(t, 0, times);
  const n9 = away(t9, 9);
  t7 = less(t7, n9);
  t6 = plus(t6, fma(t9, high, n9));
  t4 = fma(t9, negative, t4);
  const n8 = away(t8, 8);
  t6 = less(t6, n8);
  t5 = plus(t5, fma(t8, high, n8));
  t3 = fma(t8, negative, t3);
  const n7 = away(t7, 7);
  t5 = less(t5, n7);
  t4 = plus(t4, fma(t7, high, n7));
  t2 = fma(t7, negative, t2);
  const n6 = away(t6, 6);
  t4 = less(t4, n6);
  t3 = plus(t3, fma(t6, high, n6));
  t1 = fma(t6, negative, t1);
  const n5 = away(t5, 5);
  t3 = less(t3, n5);
  t2 = plus(t2, fma(t5, high, n5));
  t0 = fma(t5, negative, t0);
  const d0 = carryOf(t0, 0);
  const d1 = carryOf(t1, 1);
  const d2 = carryOf(t2, 2);
  const d3 = carryOf(t3, 3);
  const d4 = carryOf(t4, 4);
  v128.store(o, plus(less(t1, d1), d0), 16);
  v128.store(o, plus(less(t3, d3), d2), 48);
  v128.store(o, plus(less(t4, d4), d3), 64);
  v128.store(o, fma(d4, negative, less(t0, d0)));
  v128.store(o, fma(d4, high, plus(less(t2, d2), d1)), 32);
}

/** The columns of a * b, each below 2^51 of its last bit. */
function multiply(t: usize, a: usize, b: usize): void {
  const a0 = v128.load(a), a1 = v128.load(a, 16), a2 = v128.load(a, 32), a3 = v128.load(a, 48), a4 = v128.load(a, 64);
  const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48), b4 = v128.load(b, 64);
  let m = magic(0);
  let p = fma(a0, b0, m);
  v128.store(t, low(a0, b0, m, p));
  let h = less(p, m);
  m = magic(1);
  p = fma(a0, b1, m);
  let q = fma(a1, b0, p);
  v128.store(t, plus(plus(h, low(a0, b1, m, p)), low(a1, b0, p, q)), 16);
  h = less(q, m);
  m = magic(2);
  p = fma(a0, b2, m);
  q = fma(a1, b1, p);
  let r = fma(a2, b0, q);
  v128.store(t, plus(plus(h, low(a0, b2, m, p)), plus(low(a1, b1, p, q), low(a2, b0, q, r))), 32);
  h = less(r, m);
  m = magic(3);
  p = fma(a0, b3, m);
  q = fma(a1, b2, p);
  r = fma(a2, b1, q);
  let s = fma(a3, b0, r);
  v128.store(t, plus(plus(plus(h, low(a0, b3, m, p)), low(a1, b2, p, q)), plus(low(a2, b1, q, r), low(a3, b0, r, s))), 48);
  h = less(s, m);
  m = magic(4);
  p = fma(a0, b4, m);
  q = fma(a1, b3, p);
  r = fma(a2, b2, q);
  s = fma(a3, b1, r);
  const u = fma(a4, b0, s);
  v128.store(t, plus(
    plus(plus(plus(h, low(a0, b4, m, p)), low(a1, b3, p, q)), plus(low(a2, b2, q, r), low(a3, b1, r, s))),
    low(a4, b0, s, u),
  ), 64);
  h = less(u, m);
  m = magic(5);
  p = fma(a1, b4, m);
  q = fma(a2, b3, p);
  r = fma(a3, b2, q);
  s = fma(a4, b1, r);
  v128.store(t, plus(plus(plus(h, low(a1, b4, m, p)), low(a2, b3, p, q)), plus(low(a3, b2, q, r), low(a4, b1, r, s))), 80);
  h = less(s, m);
  m = magic(6);
  p = fma(a2, b4, m);
  q = fma(a3, b3, p);
  r = fma(a4, b2, q);
  v128.store(t, plus(plus(h, low(a2, b4, m, p)), plus(low(a3, b3, p, q), low(a4, b2, q, r))), 96);
  h = less(r, m);
  m = magic(7);
  p = fma(a3, b4, m);
  q = fma(a4, b3, p);
  v128.store(t, plus(plus(h, low(a3, b4, m, p)), low(a4, b3, p, q)), 112);
  h = less(q, m);
  m = magic(8);
  p = fma(a4, b4, m);
  v128.store(t, plus(h, low(a4, b4, m, p)), 128);
  v128.store(t, less(p, m), 144);
}

/** The columns of a^2. */
function square(t: usize, a: usize): void {
  const a0 = v128.load(a), a1 = v128.load(a, 16), a2 = v128.load(a, 32), a3 = v128.load(a, 48), a4 = v128.load(a, 64);
  const d0 = plus(a0, a0), d1 = plus(a1, a1), d2 = plus(a2, a2), d3 = plus(a3, a3);
  let m = magic(0);
  let p = fma(a0, a0, m);
  v128.store(t, low(a0, a0, m, p));
  let h = less(p, m);
  m = magic(1);
  p = fma(d0, a1, m);
  v128.store(t, plus(h, low(d0, a1, m, p)), 16);
  h = less(p, m);
  m = magic(2);
  p = fma(d0, a2, m);
  let q = fma(a1, a1, p);
  v128.store(t, plus(plus(h, low(d0, a2, m, p)), low(a1, a1, p, q)), 32);
  h = less(q, m);
  m = magic(3);
  p = fma(d0, a3, m);
  q = fma(d1, a2, p);
  v128.store(t, plus(plus(h, low(d0, a3, m, p)), low(d1, a2, p, q)), 48);
  h = less(q, m);
  m = magic(4);
  p = fma(d0, a4, m);
  q = fma(d1, a3, p);
  let r = fma(a2, a2, q);
  v128.store(t, plus(plus(h, low(d0, a4, m, p)), plus(low(d1, a3, p, q), low(a2, a2, q, r))), 64);
  h = less(r, m);
  m = magic(5);
  p = fma(d1, a4, m);
  q = fma(d2, a3, p);
  v128.store(t, plus(plus(h, low(d1, a4, m, p)), low(d2, a3, p, q)), 80);
  h = less(q, m);
  m = magic(6);
  p = fma(d2, a4, m);
  q = fma(a3, a3, p);
  v128.store(t, plus(plus(h, low(d2, a4, m, p)), low(a3, a3, p, q)), 96);
  h = less(q, m);
  m = magic(7);
  p = fma(d3, a4, m);
  v128.store(t, plus(h, low(d3, a4, m, p)), 112);
  h = less(p, m);
  m = magic(8);
  p = fma(a4, a4, m);
  v128.store(t, plus(h, low(a4, a4, m, p)), 128);
  v128.store(t, less(p, m), 144);
}

@inline
function reducePairs<Alone>(o: usize, times: v128): void {
  reduce<Alone>(o, T, times);
  reduce<Alone>(o + PAIR, T + COLUMNS * 16, times);
}

/** o = a * b - c * d */
export function mulLess(o: usize, a: usize, b: usize, c: usize, d: usize): void {
  multiply(T, a, b);
  multiply(T + DIFFERENCE, c, d);
  multiply(T + COLUMNS * 16, a + PAIR, b + PAIR);
  multiply(T + DIFFERENCE + COLUMNS * 16, c + PAIR, d + PAIR);
  reducePairs<u32>(o, f64x2.splat(-1));
}

/** o = a * b - 2 c^2 */
export function mulLessSquares(o: usize, a: usize, b: usize, c: usize): void {
  multiply(T, a, b);
  square(T + DIFFERENCE, c);
  multiply(T + COLUMNS * 16, a + PAIR, b + PAIR);
  square(T + DIFFERENCE + COLUMNS * 16, c + PAIR);
  reducePairs<u32>(o, f64x2.splat(-2));
}

/** o = a * b; any of the three may be the same element. */
export function mul(o: usize, a: usize, b: usize): void {
  multiply(T, a, b);
  multiply(T + COLUMNS * 16, a + PAIR, b + PAIR);
  reducePairs<i32>(o, f64x2.splat(0));
}

/** o = a^2 */
export function sqr(o: usize, a: usize): void {
  square(T, a);
  square(T + COLUMNS * 16, a + PAIR);
  reducePairs<i32>(o, f64x2.splat(0));
}

/** o = a + b; here and below, the units add up. */
export function add(o: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < FLOAT_ELEMENT; i += 16) v128.store(o + i, plus(v128.load(a + i), v128.load(b + i)));
}

/** o = a - b */
export function sub(o: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < FLOAT_ELEMENT; i += 16) v128.store(o + i, less(v128.load(a + i), v128.load(b + i)));
}

/** o = a - 2b */
export function subTwice(o: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < FLOAT_ELEMENT; i += 16) {
    const twice = v128.load(b + i);
    v128.store(o + i, less(less(v128.load(a + i), twice), twice));
  }
}

/** o = 3a */
export function triple(o: usize, a: usize): void {
  for (let i: usize = 0; i < FLOAT_ELEMENT; i += 16) {
    const one = v128.load(a + i);
    v128.store(o + i, plus(plus(one, one), one));
  }
}

/** o = the number of 8 limbs of 28 bits (each below 2^30) at `a`, as field.as has them; limbs within 1.2 units. */
export function fromIntegers(o: usize, a: usize): void {
  pairFromIntegers<i32>(o, a);
  pairFromIntegers<u32>(o + PAIR, a);
}

@inline
function limbAt<Half>(a: usize, i: usize): v128 {
  const limb = v128.load(a + i * 16);
  // To the low half, if it isn't there.
  const half = isSigned<Half>() ? limb : i32x4.shuffle(limb, limb, 2, 3, 0, 1);
  return f64x2.mul(f64x2.convert_low_i32x4_u(half), f64x2.splat(reinterpret<f64>((<u64>1023 + 28 * i) << 52)));
}

function pairFromIntegers<Half>(o: usize, a: usize): void {
  // Limbs 1, 3, 4 and 6 of 28 bits cross a multiple of 45.
  const x1 = limbAt<Half>(a, 1), x3 = limbAt<Half>(a, 3), x4 = limbAt<Half>(a, 4), x6 = limbAt<Half>(a, 6);
  const c1 = carryOf(x1, 0), c3 = carryOf(x3, 1), c4 = carryOf(x4, 2), c6 = carryOf(x6, 3);
  v128.store(o, plus(limbAt<Half>(a, 0), less(x1, c1)));
  v128.store(o, plus(plus(c1, limbAt<Half>(a, 2)), less(x3, c3)), 16);
  v128.store(o, plus(c3, less(x4, c4)), 32);
  v128.store(o, plus(plus(c4, limbAt<Half>(a, 5)), less(x6, c6)), 48);
  v128.store(o, plus(c6, limbAt<Half>(a, 7)), 64);
}

/** Limb i of a lane as an integer: the limb without its weight. */
export function integerLimb(a: usize, lane: usize, i: usize): i64 {
  const limb = load<f64>(a + (lane >> 1) * PAIR + i * 16 + (lane & 1) * 8);
  return <i64>(limb * reinterpret<f64>((<u64>1023 - 45 * i) << 52));
}
