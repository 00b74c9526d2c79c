import { hash } from 'node:crypto';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { POINT_BYTES } from '../../../../src-shared/domain/find-my/payload.ts';
import { nobleEngine, type P224Engine, P224Point, p224Curve, writeNumber } from '../p224.ts';

/**
 * Compares an engine with noble: scalars at the ends of the range and of any size, the one that meets equal points
 * (n - 58), points of the curve and one beside it. About 30 ms. Throws when a byte differs.
 */
export function selfTest(engine: P224Engine): void {
  const { n } = p224Curve;
  const numbers = [1n, 2n, 58n, n - 58n, n - 1n, pseudoRandom('a'), pseudoRandom('b'), pseudoRandom('c')];
  const scalars = new Uint8Array(numbers.length * KEY_BYTES);
  for (const [i, number] of numbers.entries()) writeNumber(scalars, i, number);
  if (!same(engine.derivePublicX(scalars), nobleEngine.derivePublicX(scalars))) throw new Error('its self-test failed');

  const points = new Uint8Array(numbers.length * POINT_BYTES);
  for (const [i, number] of numbers.entries()) {
    points.set(P224Point.BASE.multiply(n - number).toBytes(false), ((i + 3) % numbers.length) * POINT_BYTES);
  }
  points[points.length - 1]! ^= 1;
  const mine = engine.sharedX(scalars, points);
  const reference = nobleEngine.sharedX(scalars, points);
  if (!same(mine.x, reference.x) || !same(mine.ok, reference.ok)) throw new Error('its self-test failed');
}

/** A fixed scalar without a pattern; its high bit is clear, so that it is below n. */
const pseudoRandom = (text: string) => BigInt(`0x${hash('sha256', text).slice(0, KEY_BYTES * 2)}`) >> 1n;

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
