// The ladder over any point in floating point: see float-field.as, and jacobian.as for the formulas.
// X stays within 4 units, Y and Z within 1.2.
import { add, FLOAT_ELEMENT, mul, mulLess, mulLessSquares, sqr, sub, subTwice, triple } from './float-field';

const S = memory.data(<i32>FLOAT_ELEMENT * 5, 16);
const A = S,
  B = S + FLOAT_ELEMENT,
  C = S + 2 * FLOAT_ELEMENT,
  D = S + 3 * FLOAT_ELEMENT,
  F = S + 4 * FLOAT_ELEMENT;

/** J = 2 J */
export function doubleFloat(j: usize): void {
  const x = j,
    y = j + FLOAT_ELEMENT,
    z = j + 2 * FLOAT_ELEMENT;
  sqr(A, z);
  sub(B, x, A); // 5 units
  add(A, x, A);
  mul(A, A, B);
  triple(A, A); // alpha = 3 (X - Z^2) (X + Z^2), 3 units
  add(B, y, y);
  mul(z, B, z); // Z = 2 Y Z
  sqr(B, y); // gamma = Y^2
  add(B, B, B);
  add(D, B, B);
  mul(C, x, D); // 4 beta = 4 X Y^2
  sqr(D, A);
  subTwice(x, D, C); // X = alpha^2 - 8 beta, 3 units
  sub(C, C, x);
  mulLessSquares(y, A, C, B); // Y = alpha (4 beta - X) - 8 gamma^2
}

/** J = J + (x2, y2), both within 1.2 units; J must be neither that point nor its opposite, or Z becomes zero. */
export function addFloat(j: usize, other: usize): void {
  const x = j,
    y = j + FLOAT_ELEMENT,
    z = j + 2 * FLOAT_ELEMENT;
  sqr(A, z);
  mul(B, other, A);
  sub(B, B, x); // H = x2 Z^2 - X, 4 units
  mul(A, A, z);
  mul(A, other + FLOAT_ELEMENT, A);
  sub(A, A, y); // r = y2 Z^3 - Y, 4 units
  mul(z, z, B); // Z = Z H
  sqr(C, B);
  mul(D, B, C); // H^3
  mul(C, x, C); // V = X H^2
  sqr(F, A);
  subTwice(F, F, C);
  sub(x, F, D); // X = r^2 - H^3 - 2 V, 4 units
  sub(C, C, x);
  mulLess(y, A, C, y, D); // Y = r (V - X) - Y H^3
}
