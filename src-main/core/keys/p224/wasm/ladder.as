// Multiples of any points, by digits of 4 bits over odd multiples of them in affine form.
import { ONE, POINT } from './batch';
import { copy, negateWhere } from './element';
import { ELEMENT } from './field';
import { addAffine, double } from './jacobian';
import { digit, NEGATIVE } from './scalar';

export const WIDTH: i32 = 4;
export const DIGITS: i32 = 56;
export const ENTRIES: i32 = 8;

const J = memory.data(<i32>ELEMENT * 3, 16);
const CHOSEN = memory.data(<i32>ELEMENT * 2, 16);

/** X and Z (Jacobian) of vector `v`: its scalars, of `words`, times the points whose odd multiples are at `multiples`. */
export function ladder(x: usize, z: usize, multiples: usize, words: usize, v: i32): void {
  choose(J, multiples, words, v, DIGITS - 1);
  copy(J + POINT, ONE);
  for (let i = DIGITS - 2; i >= 0; i--) {
    for (let k = 0; k < WIDTH; k++) double(J);
    choose(CHOSEN, multiples, words, v, i);
    addAffine(J, CHOSEN);
  }
  copy(x, J);
  copy(z, J + POINT);
}

/** The odd multiple for digit `i`, by a masked scan of all 8. */
function choose(o: usize, multiples: usize, words: usize, v: i32, i: i32): void {
  const index = digit(words, v, i, WIDTH, i === DIGITS - 1);
  for (let half: usize = 0; half < POINT; half += ELEMENT) {
    let a = i32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    let entry = multiples + half;
    for (let j = 0; j < ENTRIES; j++) {
      const here = i32x4.eq(index, i32x4.splat(j));
      a = v128.or(a, v128.and(here, v128.load(entry)));
      b = v128.or(b, v128.and(here, v128.load(entry, 16)));
      c = v128.or(c, v128.and(here, v128.load(entry, 32)));
      d = v128.or(d, v128.and(here, v128.load(entry, 48)));
      e = v128.or(e, v128.and(here, v128.load(entry, 64)));
      f = v128.or(f, v128.and(here, v128.load(entry, 80)));
      g = v128.or(g, v128.and(here, v128.load(entry, 96)));
      h = v128.or(h, v128.and(here, v128.load(entry, 112)));
      entry += POINT;
    }
    storeLimbs(o + half, a, b, c, d, e, f, g, h);
  }
  negateWhere(o + ELEMENT, NEGATIVE);
}

@inline
function storeLimbs(o: usize, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128): void {
  v128.store(o, a);
  v128.store(o, b, 16);
  v128.store(o, c, 32);
  v128.store(o, d, 48);
  v128.store(o, e, 64);
  v128.store(o, f, 80);
  v128.store(o, g, 96);
  v128.store(o, h, 112);
}
