// Field of P-224: p = 2^224 - 2^96 + 1 (SEC 2, section 2.3.2), four elements side by side.
//
// An element is 128 bytes: limb i (28 bits) of all four lanes in the v128 at offset 16 * i, in Montgomery form with
// R = 2^224. "Reduced" means: limb 0 below 2^29, the others below 2^28 + 2^19, value below 2^224 + 2^103. `mul`, `sqr`
// and `norm` give reduced elements. Their operands may be sums that were not carried: the largest are limbs of 1.5 * 2^30
// times limbs of 0.75 * 2^30, with limb 0 twice as large (the doubling), and 8 such products stay below 12 * 2^60.
export const LIMBS: usize = 8;
export const ELEMENT: usize = 128;
const MASK: i32 = 0x0fffffff;

/** Low (lanes 0, 1) or high (lanes 2, 3) products, by the type given: i32 for low, u32 for high. */
@inline
function product<Half>(a: v128, b: v128): v128 {
  return isSigned<Half>() ? i64x2.extmul_low_i32x4_u(a, b) : i64x2.extmul_high_i32x4_u(a, b);
}
@inline
function mac<Half>(c: v128, a: v128, b: v128): v128 {
  return i64x2.add(c, product<Half>(a, b));
}
@inline
function low28(c: v128): v128 {
  return v128.and(c, i64x2.splat(<i64>MASK));
}
@inline
function next(c: v128): v128 {
  return i64x2.shr_u(c, 28);
}
@inline
function times12(m: v128): v128 {
  return i64x2.shl(m, 12);
}

// Columns 8 to 15 are raised by p, spelt with limbs that no m exceeds; column 9 is one less, since limb 0 is raised by
// 2^28 after its carry was taken, so that the last fold can't make it negative.
@inline
const P0: i64 = 0x20000001, P1: i64 = 0x1ffffffd, P2: i64 = 0x1ffffffe, P3: i64 = 0x1fffeffe;
@inline
const P4: i64 = 0x1ffffffe, P7: i64 = 0x0ffffffe;

/** Result of the low half, a limb of two lanes in a v128. */
const LOW = memory.data(<i32>ELEMENT, 16);

/** Limb `at` / 16 of the result: the low half waits in LOW, the high half joins it (the even words of both). */
@inline
function put<Half>(o: usize, limb: v128, at: usize): void {
  if (isSigned<Half>()) v128.store(LOW + at, limb);
  else v128.store(o + at, i32x4.shuffle(v128.load(LOW + at), limb, 0, 2, 4, 6));
}

@inline
function half<Half>(o: usize, a: usize, b: usize): void {
  const a0 = v128.load(a), a1 = v128.load(a, 16), a2 = v128.load(a, 32), a3 = v128.load(a, 48);
  const a4 = v128.load(a, 64), a5 = v128.load(a, 80), a6 = v128.load(a, 96), a7 = v128.load(a, 112);
  const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
  const b4 = v128.load(b, 64), b5 = v128.load(b, 80), b6 = v128.load(b, 96), b7 = v128.load(b, 112);
  let c = product<Half>(a0, b0);
  const m0 = low28(c);
  let s = mac<Half>(product<Half>(a0, b1), a1, b0);
  c = i64x2.add(next(c), s);
  const m1 = low28(c);
  s = mac<Half>(mac<Half>(product<Half>(a0, b2), a1, b1), a2, b0);
  c = i64x2.add(next(c), s);
  const m2 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(a0, b3), a1, b2), a2, b1), a3, b0);
  c = i64x2.add(next(c), i64x2.add(s, times12(m0)));
  const m3 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(a0, b4), a1, b3), a2, b2), a3, b1);
  s = mac<Half>(s, a4, b0);
  c = i64x2.add(next(c), i64x2.add(s, times12(m1)));
  const m4 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(a0, b5), a1, b4), a2, b3), a3, b2);
  s = mac<Half>(mac<Half>(s, a4, b1), a5, b0);
  c = i64x2.add(next(c), i64x2.add(s, times12(m2)));
  const m5 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(a0, b6), a1, b5), a2, b4), a3, b3);
  s = mac<Half>(mac<Half>(mac<Half>(s, a4, b2), a5, b1), a6, b0);
  c = i64x2.add(next(c), i64x2.add(s, times12(m3)));
  const m6 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(a0, b7), a1, b6), a2, b5), a3, b4);
  s = mac<Half>(mac<Half>(mac<Half>(mac<Half>(s, a4, b3), a5, b2), a6, b1), a7, b0);
  c = i64x2.add(next(c), i64x2.add(s, times12(m4)));
  const m7 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(a1, b7), a2, b6), a3, b5), a4, b4);
  s = mac<Half>(mac<Half>(mac<Half>(s, a5, b3), a6, b2), a7, b1);
  c = i64x2.add(next(c), i64x2.add(i64x2.add(s, times12(m5)), i64x2.sub(i64x2.splat(P0), m0)));
  const r0 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(a2, b7), a3, b6), a4, b5), a5, b4);
  s = mac<Half>(mac<Half>(s, a6, b3), a7, b2);
  c = i64x2.add(next(c), i64x2.add(i64x2.add(s, times12(m6)), i64x2.sub(i64x2.splat(P1), m1)));
  put<Half>(o, low28(c), 16);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(a3, b7), a4, b6), a5, b5), a6, b4);
  s = mac<Half>(s, a7, b3);
  c = i64x2.add(next(c), i64x2.add(i64x2.add(s, times12(m7)), i64x2.sub(i64x2.splat(P2), m2)));
  put<Half>(o, low28(c), 32);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(a4, b7), a5, b6), a6, b5), a7, b4);
  c = i64x2.add(next(c), i64x2.add(s, i64x2.sub(i64x2.splat(P3), m3)));
  const r3 = low28(c);
  s = mac<Half>(mac<Half>(product<Half>(a5, b7), a6, b6), a7, b5);
  c = i64x2.add(next(c), i64x2.add(s, i64x2.sub(i64x2.splat(P4), m4)));
  put<Half>(o, low28(c), 64);
  s = mac<Half>(product<Half>(a6, b7), a7, b6);
  c = i64x2.add(next(c), i64x2.add(s, i64x2.sub(i64x2.splat(P4), m5)));
  put<Half>(o, low28(c), 80);
  s = product<Half>(a7, b7);
  c = i64x2.add(next(c), i64x2.add(s, i64x2.sub(i64x2.splat(P4), m6)));
  put<Half>(o, low28(c), 96);
  c = i64x2.add(next(c), i64x2.sub(i64x2.splat(P7), m7));
  put<Half>(o, low28(c), 112);
  const t = next(c); // what exceeds 2^224, which is 2^96 - 1
  put<Half>(o, i64x2.sub(i64x2.add(r0, i64x2.splat(0x10000000)), t), 0);
  put<Half>(o, i64x2.add(r3, times12(t)), 48);
}

@inline
function halfOfSquare<Half>(o: usize, a: usize): void {
  const a0 = v128.load(a), a1 = v128.load(a, 16), a2 = v128.load(a, 32), a3 = v128.load(a, 48);
  const a4 = v128.load(a, 64), a5 = v128.load(a, 80), a6 = v128.load(a, 96), a7 = v128.load(a, 112);
  const d0 = i32x4.shl(a0, 1), d1 = i32x4.shl(a1, 1), d2 = i32x4.shl(a2, 1), d3 = i32x4.shl(a3, 1);
  const d4 = i32x4.shl(a4, 1), d5 = i32x4.shl(a5, 1), d6 = i32x4.shl(a6, 1);
  let c = product<Half>(a0, a0);
  const m0 = low28(c);
  let s = product<Half>(d0, a1);
  c = i64x2.add(next(c), s);
  const m1 = low28(c);
  s = mac<Half>(product<Half>(d0, a2), a1, a1);
  c = i64x2.add(next(c), s);
  const m2 = low28(c);
  s = mac<Half>(product<Half>(d0, a3), d1, a2);
  c = i64x2.add(next(c), i64x2.add(s, times12(m0)));
  const m3 = low28(c);
  s = mac<Half>(mac<Half>(product<Half>(d0, a4), d1, a3), a2, a2);
  c = i64x2.add(next(c), i64x2.add(s, times12(m1)));
  const m4 = low28(c);
  s = mac<Half>(mac<Half>(product<Half>(d0, a5), d1, a4), d2, a3);
  c = i64x2.add(next(c), i64x2.add(s, times12(m2)));
  const m5 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(d0, a6), d1, a5), d2, a4), a3, a3);
  c = i64x2.add(next(c), i64x2.add(s, times12(m3)));
  const m6 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(d0, a7), d1, a6), d2, a5), d3, a4);
  c = i64x2.add(next(c), i64x2.add(s, times12(m4)));
  const m7 = low28(c);
  s = mac<Half>(mac<Half>(mac<Half>(product<Half>(d1, a7), d2, a6), d3, a5), a4, a4);
  c = i64x2.add(next(c), i64x2.add(i64x2.add(s, times12(m5)), i64x2.sub(i64x2.splat(P0), m0)));
  const r0 = low28(c);
  s = mac<Half>(mac<Half>(product<Half>(d2, a7), d3, a6), d4, a5);
  c = i64x2.add(next(c), i64x2.add(i64x2.add(s, times12(m6)), i64x2.sub(i64x2.splat(P1), m1)));
  put<Half>(o, low28(c), 16);
  s = mac<Half>(mac<Half>(product<Half>(d3, a7), d4, a6), a5, a5);
  c = i64x2.add(next(c), i64x2.add(i64x2.add(s, times12(m7)), i64x2.sub(i64x2.splat(P2), m2)));
  put<Half>(o, low28(c), 32);
  s = mac<Half>(product<Half>(d4, a7), d5, a6);
  c = i64x2.add(next(c), i64x2.add(s, i64x2.sub(i64x2.splat(P3), m3)));
  const r3 = low28(c);
  s = mac<Half>(product<Half>(d5, a7), a6, a6);
  c = i64x2.add(next(c), i64x2.add(s, i64x2.sub(i64x2.splat(P4), m4)));
  put<Half>(o, low28(c), 64);
  s = product<Half>(d6, a7);
  c = i64x2.add(next(c), i64x2.add(s, i64x2.sub(i64x2.splat(P4), m5)));
  put<Half>(o, low28(c), 80);
  s = product<Half>(a7, a7);
  c = i64x2.add(next(c), i64x2.add(s, i64x2.sub(i64x2.splat(P4), m6)));
  put<Half>(o, low28(c), 96);
  c = i64x2.add(next(c), i64x2.sub(i64x2.splat(P7), m7));
  put<Half>(o, low28(c), 112);
  const t = next(c); // what exceeds 2^224, which is 2^96 - 1
  put<Half>(o, i64x2.sub(i64x2.add(r0, i64x2.splat(0x10000000)), t), 0);
  put<Half>(o, i64x2.add(r3, times12(t)), 48);
}

/** o = a * b / R; any of the three may be the same element. */
export function mul(o: usize, a: usize, b: usize): void {
  half<i32>(o, a, b);
  half<u32>(o, a, b);
}

/** o = a^2 / R; limbs of `a` up to 2^30. */
export function sqr(o: usize, a: usize): void {
  halfOfSquare<i32>(o, a);
  halfOfSquare<u32>(o, a);
}

/** o = a^(2^count); `a` reduced. */
export function sqrTimes(o: usize, a: usize, count: i32): void {
  sqr(o, a);
  for (let i = 1; i < count; i++) sqr(o, o);
}
