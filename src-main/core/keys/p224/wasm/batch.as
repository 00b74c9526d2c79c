// Work on a whole batch: `count` vectors of four points each. One inversion serves all of them (Montgomery's trick).
import { add, copy, invert, isZero, ONE_LIMBS, splat, sub, subBoth, subNorm } from './element';
import { ELEMENT, mul, sqr } from './field';

export const MAX_VECTORS: i32 = 512;
const ROOM: usize = <usize>MAX_VECTORS * ELEMENT;

/** An affine point is its X and, one element on, its Y. */
export const POINT: usize = 2 * ELEMENT;

const START: usize = (__heap_base + 63) & ~63;
/** The running point of each vector. */
export const ACC: usize = START;
/** What is added to it. */
export const ADDEND: usize = ACC + 2 * ROOM;
/** What is to be inverted, and the running products before it. */
export const DENOMINATOR: usize = ADDEND + 2 * ROOM;
const PREFIX: usize = DENOMINATOR + ROOM;
export const BATCH_END: usize = PREFIX + ROOM + ELEMENT;

const U = memory.data(<i32>ELEMENT, 16);
const V = memory.data(<i32>ELEMENT, 16);
export const ONE = memory.data(<i32>ELEMENT, 16);

export function initBatch(): void {
  splat(ONE, ONE_LIMBS);
}

/** Lanes (bits 0 to 3) whose shared inversion met a zero: every result of such a lane is void. */
let voidLanes: i32 = 0;
export function resetVoid(): void {
  voidLanes = 0;
}
export function isVoid(lane: usize): i32 {
  return (voidLanes >> <i32>lane) & 1;
}

/** Running products of DENOMINATOR, and the inverse of the last one, for `inverseOf`. */
export function invertAll(count: i32): void {
  copy(PREFIX, ONE);
  for (let at: usize = 0; at < <usize>count * ELEMENT; at += ELEMENT) mul(PREFIX + at + ELEMENT, PREFIX + at, DENOMINATOR + at);
  copy(V, PREFIX + <usize>count * ELEMENT);
  for (let lane: usize = 0; lane < 4; lane++) voidLanes |= isZero(V, lane) << (<i32>lane);
  invert(U, V);
}

/** o = 1 / DENOMINATOR[v]; to be asked for from the last vector down to the first, once each. */
export function inverseOf(o: usize, v: i32): void {
  mul(o, U, PREFIX + <usize>v * ELEMENT);
  mul(U, U, DENOMINATOR + <usize>v * ELEMENT);
}

const I = memory.data(<i32>ELEMENT, 16);
const T = memory.data(<i32>ELEMENT, 16);

/** ACC = ACC + ADDEND in every vector; the two must differ and not be opposite. The Y of ADDEND may be negated. */
export function addAll(count: i32): void {
  for (let v = 0; v < count; v++) {
    const at = <usize>v * POINT;
    sub(DENOMINATOR + <usize>v * ELEMENT, ADDEND + at, ACC + at);
  }
  invertAll(count);
  for (let v = count - 1; v >= 0; v--) {
    const x = ACC + <usize>v * POINT;
    const y = x + ELEMENT;
    const other = ADDEND + <usize>v * POINT;
    inverseOf(I, v);
    sub(T, other + ELEMENT, y);
    mul(I, T, I); // slope
    sqr(T, I);
    subBoth(T, T, x, other);
    toThird(x, I, T);
  }
}

/** ADDEND = 2 * ACC in every vector. */
export function doubleAll(count: i32): void {
  for (let v = 0; v < count; v++) {
    const y = ACC + <usize>v * POINT + ELEMENT;
    add(DENOMINATOR + <usize>v * ELEMENT, y, y);
  }
  invertAll(count);
  for (let v = count - 1; v >= 0; v--) {
    const x = ADDEND + <usize>v * POINT;
    memory.copy(x, ACC + <usize>v * POINT, POINT);
    inverseOf(I, v);
    sqr(T, x);
    sub(T, T, ONE); // a is -3: the slope is 3 (x^2 - 1) / 2y
    mul(I, T, I);
    add(T, I, I);
    add(I, T, I);
    sqr(T, I);
    subBoth(T, T, x, x);
    toThird(x, I, T);
  }
}

/** The point at `x` becomes (third, slope * (x - third) - y). */
function toThird(x: usize, slope: usize, third: usize): void {
  const y = x + ELEMENT;
  sub(x, x, third);
  mul(x, x, slope);
  subNorm(y, x, y);
  copy(x, third);
}
