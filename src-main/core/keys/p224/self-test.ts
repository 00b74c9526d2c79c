import { hash } from 'node:crypto';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { POINT_BYTES } from '../../../../src-shared/domain/find-my/payload.ts';
import { nobleEngine, P224Point, p224Curve, writeNumber } from './p224.ts';
import type { WasmEngine } from './wasm-engine.ts';

/** Key pairs: more than the 16 lanes of a lookup. */
const PAIRS = 24;

/**
 * Compares an engine with noble: scalars at the ends of the range and of any size, those that meet equal points (n -
 * 58, and 255 * 2^217 - n for the base point), points on the curve and one that isn't. About 40 ms. Throws when a byte
 * differs, and when the engine leaves other items than those to noble, which would be right, but slow.
 */
export function selfTest(engine: WasmEngine): void {
  const { n } = p224Curve;
  const special = [1n, 2n, 58n, n - 58n, n - 1n, 255n * 2n ** 217n - n];
  const random = Array.from({ length: PAIRS - special.length }, (_, i) => pseudoRandom(String(i)));
  const scalars = bytesOf([...special, ...random]);
  expectSame(engine.derivePublicX(scalars), nobleEngine.derivePublicX(scalars));
  // Every fourth one shares its inversion with the one that meets equal points.
  if (engine.recomputed() !== PAIRS / 4) throw new Error('its self-test failed: it gave up on good scalars');

  const numbers = [...special, ...random.slice(0, 3)];
  const points = new Uint8Array(numbers.length * POINT_BYTES);
  for (const [i, number] of numbers.entries()) {
    points.set(P224Point.BASE.multiply(n - number).toBytes(false), ((i + 3) % numbers.length) * POINT_BYTES);
  }
  points[points.length - 1]! ^= 1;
  const some = scalars.subarray(0, numbers.length * KEY_BYTES);
  const mine = engine.sharedX(some, points);
  const reference = nobleEngine.sharedX(some, points);
  expectSame(mine.x, reference.x);
  expectSame(mine.ok, reference.ok);
}

function bytesOf(numbers: bigint[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * KEY_BYTES);
  for (const [i, number] of numbers.entries()) writeNumber(bytes, i, number);
  return bytes;
}

function expectSame(mine: Uint8Array, reference: Uint8Array): void {
  if (Buffer.compare(mine, reference) !== 0) throw new Error('its self-test failed');
}

/** A fixed scalar without a pattern; its high bit is clear, so that it is below n. */
const pseudoRandom = (text: string) => BigInt(`0x${hash('sha256', text).slice(0, KEY_BYTES * 2)}`) >> 1n;
