// One vector of points in Jacobian coordinates: X, Y and Z, an element each; x = X / Z^2, y = Y / Z^3.
// Formulas: Explicit-Formulas Database, "shortw/jacobian-3" (doubling after dbl-2001-b, addition as madd).
import { add, copy, sub, subBoth, subNorm, subTwice } from './element';
import { ELEMENT, mul, sqr } from './field';

const S = memory.data(<i32>ELEMENT * 5, 16);
const A = S,
  B = S + ELEMENT,
  C = S + 2 * ELEMENT,
  D = S + 3 * ELEMENT,
  F = S + 4 * ELEMENT;

/** J = 2 J */
export function double(j: usize): void {
  const x = j,
    y = j + ELEMENT,
    z = j + 2 * ELEMENT;
  sqr(A, z);
  sub(B, x, A);
  add(A, x, A);
  add(C, A, A);
  add(C, A, C);
  mul(A, C, B); // alpha = 3 (X - Z^2) (X + Z^2)
  add(B, y, y);
  mul(z, B, z); // Z = 2 Y Z
  sqr(B, y); // gamma = Y^2
  add(B, B, B);
  add(D, B, B);
  mul(C, x, D); // 4 beta = 4 X Y^2
  sqr(B, B); // 4 gamma^2
  sqr(D, A);
  subTwice(x, D, C); // X = alpha^2 - 8 beta
  sub(C, C, x);
  mul(C, A, C);
  subTwice(y, C, B); // Y = alpha (4 beta - X) - 8 gamma^2
}

/** J = J + (x2, y2); J must be neither that point nor its opposite, or Z becomes zero. The limbs of y2 may be doubled. */
export function addAffine(j: usize, other: usize): void {
  const x = j,
    y = j + ELEMENT,
    z = j + 2 * ELEMENT;
  sqr(A, z);
  mul(B, other, A);
  sub(B, B, x); // H = x2 Z^2 - X
  mul(A, A, z);
  mul(A, other + ELEMENT, A);
  sub(A, A, y); // r = y2 Z^3 - Y
  mul(z, z, B); // Z = Z H
  sqr(C, B);
  mul(D, B, C); // H^3
  mul(C, x, C); // V = X H^2
  sqr(F, A);
  subTwice(F, F, C);
  subNorm(x, F, D); // X = r^2 - H^3 - 2 V
  sub(C, C, x);
  mul(C, A, C);
  mul(D, y, D);
  subNorm(y, C, D); // Y = r (V - X) - Y H^3
}
