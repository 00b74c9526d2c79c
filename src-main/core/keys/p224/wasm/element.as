// Sums, carries, inversion, and the way between bytes and elements; the terms are explained in field.as.
import { ELEMENT, LIMBS, mul, sqr, sqrTimes } from './field';

const MASK: i32 = 0x0fffffff;

/** 2p with limbs above those of any reduced element, so that no limb of a difference is negative. */
export const TWO_P = memory.data<i32>(
  [0x20000002, 0x1ffffffe, 0x1ffffffe, 0x1fffdffe, 0x1ffffffe, 0x1ffffffe, 0x1ffffffe, 0x1ffffffe],
  16,
);
/** R mod p = 2^96 - 1 */
export const ONE_LIMBS = memory.data<i32>([MASK, MASK, MASK, 0xfff, 0, 0, 0, 0], 16);
/** R^2 mod p = 2^192 - 2^97 + 1 */
export const R2_LIMBS = memory.data<i32>([1, 0, 0, 0x0fffe000, MASK, MASK, 0x00ffffff, 0], 16);
export const UNIT_LIMBS = memory.data<i32>([1, 0, 0, 0, 0, 0, 0, 0], 16);
const P_LIMBS = memory.data<i32>([1, 0, 0, 0x0ffff000, MASK, MASK, MASK, MASK], 16);

/** The same number in all four lanes. */
export function splat(o: usize, limbs: usize): void {
  for (let i: usize = 0; i < LIMBS; i++) v128.store(o + i * 16, v128.load32_splat(limbs + i * 4));
}

export function copy(o: usize, a: usize): void {
  for (let i: usize = 0; i < ELEMENT; i += 16) v128.store(o + i, v128.load(a + i));
}

/** o = a + b, without carry. */
export function add(o: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < ELEMENT; i += 16) v128.store(o + i, i32x4.add(v128.load(a + i), v128.load(b + i)));
}

/** o = a - b + 2p, without carry; `b` reduced. */
export function sub(o: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < LIMBS; i++) {
    const raised = i32x4.add(v128.load(a + i * 16), v128.load32_splat(TWO_P + i * 4));
    v128.store(o + i * 16, i32x4.sub(raised, v128.load(b + i * 16)));
  }
}

/** o = a - 2b + 4p, carried; `a` and `b` reduced. */
export function subTwice(o: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < LIMBS; i++) {
    const difference = i32x4.sub(v128.load32_splat(TWO_P + i * 4), v128.load(b + i * 16));
    v128.store(o + i * 16, i32x4.add(v128.load(a + i * 16), i32x4.shl(difference, 1)));
  }
  norm(o);
}

/** o = a - b - c + 4p, carried; all reduced. */
export function subBoth(o: usize, a: usize, b: usize, c: usize): void {
  sub(o, a, b);
  sub(o, o, c);
  norm(o);
}

/** o = a - b + 2p, carried; both reduced. */
export function subNorm(o: usize, a: usize, b: usize): void {
  sub(o, a, b);
  norm(o);
}

/** One parallel carry and the fold of what exceeds 2^224; limbs below 2^32, limb 1 at least 1. */
export function norm(o: usize): void {
  const mask = i32x4.splat(MASK);
  const l1 = i32x4.sub(v128.load(o, 16), i32x4.splat(1));
  let c = v128.load(o);
  const t = i32x4.shr_u(v128.load(o, 112), 28);
  v128.store(o, i32x4.sub(i32x4.add(v128.and(c, mask), i32x4.splat(MASK + 1)), t));
  c = i32x4.shr_u(c, 28);
  v128.store(o, i32x4.add(v128.and(l1, mask), c), 16);
  c = i32x4.shr_u(l1, 28);
  for (let i: usize = 32; i < ELEMENT; i += 16) {
    const l = v128.load(o + i);
    v128.store(o + i, i32x4.add(v128.and(l, mask), c));
    c = i32x4.shr_u(l, 28);
  }
  v128.store(o, i32x4.add(v128.load(o, 48), i32x4.shl(t, 12)), 48);
}

/** Negates the lanes whose mask, at `where`, is all ones: 2p - o there; `o` reduced. */
export function negateWhere(o: usize, where: usize): void {
  const mask = v128.load(where);
  for (let i: usize = 0; i < LIMBS; i++) {
    const limb = v128.load(o + i * 16);
    const negated = i32x4.sub(v128.load32_splat(TWO_P + i * 4), limb);
    v128.store(o + i * 16, v128.bitselect(negated, limb, mask));
  }
}

const E = memory.data(<i32>ELEMENT * 6, 16);

/**
 * o = 1 / a by Fermat: a^(p - 2), and p - 2 = (2^127 - 1) * 2^97 + 2^96 - 1. Zero gives zero. `o` is not `a`.
 */
export function invert(o: usize, a: usize): void {
  const e3 = E,
    e6 = E + ELEMENT,
    e12 = E + 2 * ELEMENT,
    e24 = E + 3 * ELEMENT,
    e96 = E + 4 * ELEMENT;
  const t = E + 5 * ELEMENT;
  sqr(t, a);
  mul(t, t, a); // 2^2 - 1
  sqr(t, t);
  mul(e3, t, a);
  chain(e6, e3, 3, e3);
  chain(e12, e6, 6, e6);
  chain(e24, e12, 12, e12);
  chain(t, e24, 24, e24); // 2^48 - 1
  copy(o, t);
  chain(e96, o, 48, t);
  chain(t, e96, 24, e24); // 2^120 - 1
  chain(o, t, 6, e6); // 2^126 - 1
  chain(t, o, 1, a); // 2^127 - 1
  chain(o, t, 97, e96);
}

/** o = a^(2^count) * b; `o` is neither. */
function chain(o: usize, a: usize, count: i32, b: usize): void {
  sqrTimes(o, a, count);
  mul(o, o, b);
}

/** One number as eight i64 limbs. */
export const L = memory.data(64, 16);

/** Writes the number of one lane, in [0, p), to L; the limbs of `a` may be any below 2^32. */
function canonical(a: usize, lane: usize): void {
  for (let i: usize = 0; i < LIMBS; i++) store<i64>(L + i * 8, <i64>load<u32>(a + i * 16 + lane * 4));
  settle();
}

/** Makes the number in L the one in [0, p), with limbs of 28 bits; they may be any of either sign, the last below 2^40. */
export function settle(): void {
  for (let pass = 0; pass < 3; pass++) {
    const t = carry();
    store<i64>(L, load<i64>(L) - t);
    store<i64>(L + 24, load<i64>(L + 24) + (t << 12));
  }
  carry();
  // Below 2^224 now; less p where that leaves nothing negative.
  let borrow: i64 = 0;
  for (let i: usize = 0; i < LIMBS; i++) {
    borrow = (load<i64>(L + i * 8) - <i64>load<i32>(P_LIMBS + i * 4) + borrow) >> 28;
  }
  const keep = ~borrow;
  for (let i: usize = 0; i < LIMBS; i++) {
    store<i64>(L + i * 8, load<i64>(L + i * 8) - (<i64>load<i32>(P_LIMBS + i * 4) & keep));
  }
  carry();
}

/** Carries L to limbs of 28 bits; returns what exceeds 2^224. */
function carry(): i64 {
  let c: i64 = 0;
  for (let i: usize = 0; i < LIMBS; i++) {
    c += load<i64>(L + i * 8);
    store<i64>(L + i * 8, c & <i64>MASK);
    c >>= 28;
  }
  return c;
}

/** 1 when the lane is 0 mod p, in time that does not depend on it. */
export function isZero(a: usize, lane: usize): i32 {
  canonical(a, lane);
  let any: i64 = 0;
  for (let i: usize = 0; i < LIMBS; i++) any |= load<i64>(L + i * 8);
  return <i32>(((any - 1) >> 63) & 1);
}

/** Reads 28 bytes big-endian into one lane as a plain number. Returns 1 when it is below p. */
export function readLane(o: usize, lane: usize, bytes: usize): i32 {
  let borrow: i64 = 0;
  for (let i: usize = 0; i < LIMBS; i++) {
    const limb = limbOf(bytes, i);
    store<i32>(o + i * 16 + lane * 4, limb);
    borrow = (<i64>limb - <i64>load<i32>(P_LIMBS + i * 4) + borrow) >> 28;
  }
  return <i32>(borrow & 1);
}

/** Bits 28 i to 28 i + 27 of a number of 28 bytes big-endian: three and a half bytes. */
function limbOf(bytes: usize, i: usize): i32 {
  const at = bytes + 24 - ((i * 7) >> 1);
  return <i32>(bswap<u32>(load<u32>(at)) >> (<u32>(i & 1) * 4)) & MASK;
}

/** Writes one lane of a plain number (not in Montgomery form) as 28 bytes big-endian. */
export function writeLane(bytes: usize, a: usize, lane: usize): void {
  canonical(a, lane);
  for (let i: usize = 0; i < LIMBS; i += 2) {
    const pair = load<i64>(L + i * 8) | (load<i64>(L + i * 8 + 8) << 28);
    const at = bytes + 21 - (i >> 1) * 7;
    for (let k: usize = 0; k < 7; k++) store<u8>(at + k, <u8>(pair >> (8 * (6 - <i64>k))));
  }
}
