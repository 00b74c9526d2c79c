import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../platform/errors.ts';
import { open, seal, unwrapDataKey, wrapDataKey } from './envelope.ts';
import { unwrapKek, type WrappedKek, wrapKek } from './key-encryption-key.ts';

/*
 * What somebody who can write the database, but has no key, may do to it: exchange, copy or damage any value. Whatever
 * it is, a record opens to the very key that was sealed in it, or to a clear error; never to another key.
 */

interface DataKeyRow {
  id: number;
  wrapped: Uint8Array;
}
interface SecretRow {
  table: string;
  id: string;
  dataKeyId: number;
  sealed: Uint8Array;
}
interface World {
  kek: Uint8Array;
  dataKeys: DataKeyRow[];
  secrets: SecretRow[];
  /** What was sealed, by table and id. */
  truth: Map<string, Buffer>;
}

const nameOf = (row: { table: string; id: string }) => `${row.table} ${row.id}`;

function build(): World {
  const kek = randomBytes(32);
  const keys = [1, 2, 3].map((id) => ({ id, key: randomBytes(32) }));
  const truth = new Map<string, Buffer>();
  const secrets = Array.from({ length: 9 }, (_, i): SecretRow => {
    const dataKey = keys[i % 3]!;
    // Two tables with the same ids: an id alone must not be enough.
    const row = { table: i < 6 ? 'trackers' : 'report_sources', id: String(i % 6), dataKeyId: dataKey.id };
    const secret = randomBytes(28);
    truth.set(nameOf(row), secret);
    return { ...row, sealed: seal(dataKey.key, row, secret, randomBytes) };
  });
  return {
    kek,
    dataKeys: keys.map(({ id, key }) => ({ id, wrapped: wrapDataKey(kek, id, key, randomBytes) })),
    secrets,
    truth,
  };
}

/** Opens a record as the product does: the data key that its row names, then the value. */
function read(world: World, row: SecretRow): Uint8Array {
  const dataKey = world.dataKeys.find(({ id }) => id === row.dataKeyId);
  if (!dataKey) throw new AppError('corrupt-data', 'missing');
  return open(unwrapDataKey(world.kek, dataKey.id, dataKey.wrapped), row, row.sealed);
}

type Deed = (world: World) => void;
const index = (length: number) => fc.nat({ max: length - 1 });
const flip = (bytes: Uint8Array, bit: number) => {
  const changed = bytes.slice();
  changed[(bit >> 3) % changed.length]! ^= 1 << (bit & 7);
  return changed;
};
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.tuple(index(9), index(9)).map(
    ([a, b]): Deed =>
      ({ secrets }) => {
        [secrets[a]!.sealed, secrets[b]!.sealed] = [secrets[b]!.sealed, secrets[a]!.sealed];
      },
  ),
  fc.tuple(index(9), index(9)).map(
    ([a, b]): Deed =>
      ({ secrets }) => {
        secrets[a]!.sealed = secrets[b]!.sealed;
        secrets[a]!.dataKeyId = secrets[b]!.dataKeyId;
      },
  ),
  fc.tuple(index(9), fc.integer({ min: 1, max: 4 })).map(
    ([a, id]): Deed =>
      ({ secrets }) => {
        secrets[a]!.dataKeyId = id;
      },
  ),
  fc.tuple(index(3), index(3)).map(
    ([a, b]): Deed =>
      ({ dataKeys }) => {
        [dataKeys[a]!.wrapped, dataKeys[b]!.wrapped] = [dataKeys[b]!.wrapped, dataKeys[a]!.wrapped];
      },
  ),
  fc.tuple(index(3), index(3)).map(
    ([a, b]): Deed =>
      ({ dataKeys }) => {
        [dataKeys[a]!.id, dataKeys[b]!.id] = [dataKeys[b]!.id, dataKeys[a]!.id];
      },
  ),
  fc.tuple(index(9), fc.nat({ max: 57 * 8 - 1 })).map(
    ([a, bit]): Deed =>
      ({ secrets }) => {
        secrets[a]!.sealed = flip(secrets[a]!.sealed, bit);
      },
  ),
  fc.tuple(index(3), fc.nat({ max: 61 * 8 - 1 })).map(
    ([a, bit]): Deed =>
      ({ dataKeys }) => {
        dataKeys[a]!.wrapped = flip(dataKeys[a]!.wrapped, bit);
      },
  ),
  // A wrapped data key in the place of a private key, and the reverse.
  fc.tuple(index(9), index(3)).map(
    ([a, b]): Deed =>
      ({ secrets, dataKeys }) => {
        [secrets[a]!.sealed, dataKeys[b]!.wrapped] = [dataKeys[b]!.wrapped, secrets[a]!.sealed];
      },
  ),
  fc.tuple(index(9), fc.nat({ max: 60 })).map(
    ([a, length]): Deed =>
      ({ secrets }) => {
        secrets[a]!.sealed = secrets[a]!.sealed.subarray(0, length);
      },
  ),
);

const outcome = (work: () => Uint8Array): Uint8Array | AppError => {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
};

test('untouched, every record opens to what was sealed in it', () => {
  const world = build();
  for (const row of world.secrets) expect(Buffer.from(read(world, row))).toEqual(world.truth.get(nameOf(row)));
});

test('whatever is exchanged, copied or damaged: the right key or a clear error, never another key', () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.array(deeds, { minLength: 1, maxLength: 4 }), (done) => {
      const world = build();
      for (const deed of done) deed(world);
      for (const row of world.secrets) {
        const got = outcome(() => read(world, row));
        if (got instanceof AppError) {
          expect(got.code).toBe('corrupt-data');
          refused++;
        } else expect(Buffer.compare(got, world.truth.get(nameOf(row))!)).toBe(0);
      }
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(400);
});

test('every single bit of a sealed private key and of a wrapped data key counts', () => {
  const world = build();
  const [row] = world.secrets;
  for (let bit = 0; bit < row!.sealed.length * 8; bit++)
    expect(outcome(() => read(world, { ...row!, sealed: flip(row!.sealed, bit) }))).toMatchObject({
      code: 'corrupt-data',
    });
  const [dataKey] = world.dataKeys;
  for (let bit = 0; bit < dataKey!.wrapped.length * 8; bit++)
    expect(outcome(() => unwrapDataKey(world.kek, 1, flip(dataKey!.wrapped, bit)))).toMatchObject({
      code: 'corrupt-data',
    });
});

describe('the row of the key-encryption key', () => {
  const cost = { memoryKiB: 8, iterations: 1, parallelism: 1 };
  const passphrase = 'correct horse battery staple';
  const kek = randomBytes(32);
  const refusalOf = (row: WrappedKek, id = 1, text = passphrase) =>
    unwrapKek(row, id, text).then(
      (key) => Buffer.from(key),
      (error: unknown) => error,
    );

  test('a changed bit anywhere, another id and a wrong passphrase are told apart and refused', async () => {
    const row = await wrapKek(kek, 1, passphrase, randomBytes, cost);
    expect(await refusalOf(row)).toEqual(kek);
    for (let bit = 0; bit < row.wrappedKey.length * 8; bit++)
      expect(await refusalOf({ ...row, wrappedKey: flip(row.wrappedKey, bit) })).toMatchObject({
        code: 'corrupt-data',
      });
    for (let bit = 0; bit < row.checkValue.length * 8; bit++)
      expect(await refusalOf({ ...row, checkValue: flip(row.checkValue, bit) })).toMatchObject({
        code: 'corrupt-data',
      });
    expect(await refusalOf(row, 2)).toMatchObject({ code: 'corrupt-data' });
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 40 }), async (text) => {
        fc.pre(text.normalize('NFKC').trim() !== passphrase);
        expect(await refusalOf(row, 1, text)).toMatchObject({ code: 'validation-failed' });
      }),
      { numRuns: 50 },
    );
    // Another salt, verifier or cost gives another wrapping key: the passphrase seems wrong, and nothing opens.
    for (const kdf of [
      { ...row.kdf, salt: randomBytes(16).toString('base64') },
      { ...row.kdf, verifier: randomBytes(16).toString('base64') },
      { ...row.kdf, iterations: 2 },
    ])
      expect(await refusalOf({ ...row, kdf })).toMatchObject({ code: 'validation-failed' });
  });

  test('exchanged with the row of another key under the same passphrase, it does not open as this one', async () => {
    const own = await wrapKek(kek, 1, passphrase, randomBytes, cost);
    const other = await wrapKek(randomBytes(32), 2, passphrase, randomBytes, cost);
    for (const mixed of [
      { ...own, wrappedKey: other.wrappedKey },
      { ...own, kdf: other.kdf },
      { ...own, kdf: other.kdf, wrappedKey: other.wrappedKey },
      other,
    ])
      expect(await refusalOf(mixed, 1)).toMatchObject({ code: 'corrupt-data' });
  });
});
