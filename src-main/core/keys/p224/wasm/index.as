// What the host calls. It writes scalars (and points) of up to 2,048 items, calls `base` or `ecdh`, reads X and state of
// each, and calls `wipe`. Items past the last one of the last vector (of `base`: of the last four) are to be filled with any
// valid ones.
import * as batch from './batch';
import { ACC, ADDEND, DENOMINATOR, MAX_VECTORS, ONE, POINT } from './batch';
import {
  isZero,
  R2_LIMBS,
  readLane,
  splat,
  sub,
  subNorm,
  UNIT_LIMBS,
  writeLane,
} from './element';
import { BASE_DIGITS, BASE_VECTORS, chooseBase, TABLE, TABLE_END } from './base-table';
import { ELEMENT, mul, sqr } from './field';
import { fused, initFloatField } from './float-field';
import { floatLadder } from './float-ladder';
import { ENTRIES, ladder } from './ladder';
import { readScalars, SCALAR_BYTES, SCALAR_ROOM } from './scalar';

const ITEMS: usize = <usize>MAX_VECTORS * 4;
const POINT_BYTES: usize = 57;

const SCALARS: usize = TABLE_END;
const POINTS: usize = (SCALARS + ITEMS * SCALAR_BYTES + 63) & ~63;
const OUTPUT: usize = (POINTS + ITEMS * POINT_BYTES + 63) & ~63;
const STATE: usize = OUTPUT + ITEMS * SCALAR_BYTES;
const WORDS: usize = STATE + ITEMS;
/** Odd multiples of each vector's own points. */
const MULTIPLES: usize = WORDS + SCALAR_ROOM;
const END: usize = MULTIPLES + <usize>(MAX_VECTORS * ENTRIES) * POINT;

export function tableAt(): usize {
  return TABLE;
}
export function scalarsAt(): usize {
  return SCALARS;
}
export function pointsAt(): usize {
  return POINTS;
}
export function outputAt(): usize {
  return OUTPUT;
}
/** A byte an item: DONE, NOT_A_POINT, or UNDECIDED when it has to be computed elsewhere. */
export function stateAt(): usize {
  return STATE;
}
const NOT_A_POINT: u8 = 0;
const DONE: u8 = 1;
const UNDECIDED: u8 = 2;

/** b of the curve and the base point, in Montgomery form; their bytes come from the host. */
const B = memory.data(<i32>ELEMENT, 16);
const G = memory.data(<i32>ELEMENT * 2, 16);
const R2 = memory.data(<i32>ELEMENT, 16);
const UNIT = memory.data(<i32>ELEMENT, 16);
const ZERO = memory.data(<i32>ELEMENT, 16);
const S = memory.data(<i32>ELEMENT, 16);
const T = memory.data(<i32>ELEMENT, 16);

/** Makes room and constants. Returns false when memory is short. */
export function init(): bool {
  const pages = <i32>((END + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return false;
  batch.initBatch();
  splat(R2, R2_LIMBS);
  splat(UNIT, UNIT_LIMBS);
  if (ASC_FEATURE_RELAXED_SIMD) initFloatField();
  return true;
}

/** Whether this processor does what the module was built for. */
export function suits(): bool {
  if (ASC_FEATURE_RELAXED_SIMD) return fused();
  return true;
}

/** The host has put b, Gx and Gy (28 bytes each) where scalars stand. */
export function setCurve(): void {
  for (let lane: usize = 0; lane < 4; lane++) {
    readLane(B, lane, SCALARS);
    readLane(G, lane, SCALARS + SCALAR_BYTES);
    readLane(G + ELEMENT, lane, SCALARS + 2 * SCALAR_BYTES);
  }
  mul(B, B, R2);
  mul(G, G, R2);
  mul(G + ELEMENT, G + ELEMENT, R2);
}

/** Temporaries stand among constants before this; the host restores them. */
export function staticsEnd(): usize {
  return ACC;
}

/** Zeroes everything else that depends on an input. */
export function wipe(): void {
  memory.fill(ACC, 0, TABLE - ACC);
  memory.fill(SCALARS, 0, END - SCALARS);
}

/** X of k * G for `count` vectors of four scalars, a multiple of four. */
export function base(count: i32): void {
  batch.resetVoid();
  readScalars(WORDS, SCALARS, count);
  for (let v = 0; v < count; v += BASE_VECTORS) chooseBase(ACC + <usize>v * POINT, WORDS, v, 0);
  for (let v = 0; v < count; v++) {
    const y = ACC + <usize>v * POINT + ELEMENT;
    subNorm(y, y, ZERO); // may have been negated, and a running point is kept reduced
  }
  for (let i = 1; i < BASE_DIGITS; i++) {
    for (let v = 0; v < count; v += BASE_VECTORS) chooseBase(ADDEND + <usize>v * POINT, WORDS, v, i);
    batch.addAll(count);
  }
  for (let v = 0; v < count; v++) {
    const x = ACC + <usize>v * POINT;
    equation(S, x);
    for (let lane: usize = 0; lane < 4; lane++) {
      const good = isZero(S, lane) & ~batch.isVoid(lane);
      store<u8>(STATE + <usize>v * 4 + lane, good ? DONE : UNDECIDED);
    }
    write(v, x);
  }
}

/** X of k * Q for `count` vectors of four scalars and points. */
export function ecdh(count: i32): void {
  batch.resetVoid();
  readScalars(WORDS, SCALARS, count);
  for (let v = 0; v < count; v++) readPoints(v);
  for (let v = 0; v < count; v++) memory.copy(multiple(v, 0), ACC + <usize>v * POINT, POINT);
  batch.doubleAll(count);
  for (let j = 1; j < ENTRIES; j++) {
    batch.addAll(count);
    for (let v = 0; v < count; v++) memory.copy(multiple(v, j), ACC + <usize>v * POINT, POINT);
  }
  for (let v = 0; v < count; v++) {
    const x = ACC + <usize>v * POINT;
    const z = DENOMINATOR + <usize>v * ELEMENT;
    if (ASC_FEATURE_RELAXED_SIMD) floatLadder(x, z, multiple(v, 0), WORDS, v);
    else ladder(x, z, multiple(v, 0), WORDS, v);
  }
  batch.invertAll(count);
  for (let v = count - 1; v >= 0; v--) {
    const x = ACC + <usize>v * POINT;
    batch.inverseOf(T, v);
    sqr(T, T);
    mul(x, x, T);
    for (let lane: usize = 0; lane < 4; lane++) {
      const state = STATE + <usize>v * 4 + lane;
      if (load<u8>(state) === DONE && batch.isVoid(lane)) store<u8>(state, UNDECIDED);
    }
    write(v, x);
  }
}

function multiple(v: i32, j: i32): usize {
  return MULTIPLES + <usize>(v * ENTRIES + j) * POINT;
}

/** o = y^2 - x^3 + 3 x - b: zero for a point of the curve. `o` is not S or T unless it is S. */
function equation(o: usize, x: usize): void {
  sqr(T, x);
  sub(T, T, ONE);
  sub(T, T, ONE);
  sub(T, T, ONE); // x^2 - 3, at most 7p
  mul(T, T, x);
  sqr(o, x + ELEMENT);
  sub(o, o, T);
  sub(o, o, B);
}

/** Reads the four points of a vector to ACC; one that is not on the curve is replaced by G, and marked. */
function readPoints(v: i32): void {
  const x = ACC + <usize>v * POINT;
  const y = x + ELEMENT;
  const item = <usize>v * 4;
  for (let lane: usize = 0; lane < 4; lane++) {
    const bytes = POINTS + (item + lane) * POINT_BYTES;
    const inRange = readLane(x, lane, bytes + 1) & readLane(y, lane, bytes + 29);
    store<u8>(STATE + item + lane, load<u8>(bytes) === 4 && inRange ? DONE : NOT_A_POINT);
  }
  mul(x, x, R2);
  mul(y, y, R2);
  equation(S, x);
  for (let lane: usize = 0; lane < 4; lane++) {
    if (load<u8>(STATE + item + lane) === DONE && isZero(S, lane)) continue;
    store<u8>(STATE + item + lane, NOT_A_POINT);
    for (let at: usize = lane * 4; at < POINT; at += 16) store<i32>(x + at, load<i32>(G + at));
  }
}

/** Writes the four X of a vector out of Montgomery form. */
function write(v: i32, x: usize): void {
  mul(T, x, UNIT);
  for (let lane: usize = 0; lane < 4; lane++) writeLane(OUTPUT + (<usize>v * 4 + lane) * SCALAR_BYTES, T, lane);
}
