import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../platform/errors.ts';
import { createSealer, open, SEAL_OVERHEAD_BYTES, seal, unwrapDataKey, wrapDataKey } from './envelope.ts';

const key = randomBytes(32);
const record = { table: 'trackers', id: 'iN0GqA/FtQXNk5Lidw+EjjFqBspjm6CTmYIHnCdJnts=' };
const plaintext = randomBytes(28);
const sealOne = () => seal(key, record, plaintext, randomBytes);

const refusal = (action: () => unknown): AppError => {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('no AppError was thrown');
};

test('opens what it sealed, and seals differently each time', () => {
  expect(Buffer.from(open(key, record, sealOne()))).toEqual(plaintext);
  expect(sealOne()).not.toEqual(sealOne());
  expect(Buffer.from(sealOne()).includes(plaintext)).toBe(false);
});

test('a sealer of many writes what opens as any other, each under its own id', () => {
  const sealInto = createSealer(key, record.table, record.id.length, randomBytes);
  const size = plaintext.length + SEAL_OVERHEAD_BYTES;
  const out = new Uint8Array(2 * size);
  const other = { ...record, id: `X${record.id.slice(1)}` };
  sealInto(out, 0, record.id, plaintext);
  sealInto(out, size, other.id, plaintext);
  expect(Buffer.from(open(key, record, out.subarray(0, size)))).toEqual(plaintext);
  expect(Buffer.from(open(key, other, out.subarray(size)))).toEqual(plaintext);
  expect(() => open(key, record, out.subarray(size))).toThrow(AppError);
  expect(() => sealInto(out, 0, 'short', plaintext)).toThrow(RangeError);
});

test('any flipped bit and any cut is refused', () => {
  const sealed = sealOne();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: sealed.length * 8 - 1 }), (bit) => {
      const changed = sealed.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(refusal(() => open(key, record, changed)).code).toBe('corrupt-data');
      expect(refusal(() => open(key, record, sealed.subarray(0, bit >> 3))).code).toBe('corrupt-data');
    }),
  );
});

test('another row, table or key is refused, without telling the key', () => {
  const sealed = sealOne();
  for (const other of [
    { ...record, id: 'x' },
    { ...record, table: 'x' },
    { table: 'trackersi', id: record.id.slice(1) },
  ]) {
    const error = refusal(() => open(key, other, sealed));
    expect(error.code).toBe('corrupt-data');
    expect(`${error.message}${error.stack}`).not.toContain(plaintext.toString('base64'));
  }
  expect(refusal(() => open(randomBytes(32), record, sealed)).code).toBe('corrupt-data');
});

test('data keys are bound to their id', () => {
  const dataKey = randomBytes(32);
  const wrapped = wrapDataKey(key, 7, dataKey, randomBytes);
  expect(Buffer.from(unwrapDataKey(key, 7, wrapped))).toEqual(dataKey);
  expect(refusal(() => unwrapDataKey(key, 8, wrapped)).code).toBe('corrupt-data');
});
