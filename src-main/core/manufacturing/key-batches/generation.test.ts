import { randomBytes } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KekHolder } from '../../keys/data-keys.ts';
import type { KeyBatchPart } from '../../keys/generator/generate-keys.ts';
import type { GenerateOptions, KeyGeneratorPool } from '../../keys/generator/key-generator-pool.ts';
import { hashAdvertisementKey } from '../../keys/hashed-key.ts';
import type { Keyring } from '../../keys/keyring.ts';
import { systemScope } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { createLocalBus } from '../../platform/events/bus.ts';
import { JobStopped, RetryLater } from '../../platform/jobs/job-end.ts';
import { runOnce } from '../../platform/jobs/testing/run-once.ts';
import { insertUser } from '../../testing/company.ts';
import { type TestDatabase, testEngines } from '../../testing/database.ts';
import { insertKek } from '../../testing/keyed-trackers.ts';
import { giveUpGeneration, keyGenerationJob } from './generation.ts';
import { insertKeyBatch } from './key-batches-store.ts';

/** A part with these public keys; nothing here looks at the private ones. */
const partOf = (keys: Uint8Array[]): KeyBatchPart => ({
  count: keys.length,
  advertisementKeys: new Uint8Array(Buffer.concat(keys)),
  hashedKeys: new Uint8Array(Buffer.concat(keys.map(hashAdvertisementKey))),
  sealedPrivateKeys: new Uint8Array(randomBytes(keys.length * 57)),
  sampled: 1,
});
const newKeys = (count: number) => Array.from({ length: count }, () => new Uint8Array(randomBytes(28)));

describe.each(testEngines())('the generation job on $name', ({ create }) => {
  let test: TestDatabase;
  let kek: KekHolder;
  let userId: number;
  beforeAll(async () => {
    test = await create();
    kek = await insertKek(test.db);
    userId = (await insertUser(test.db, 'maker', 'operations')) as number;
  });
  afterAll(() => test?.close());

  const newBatch = (count: number, keysPerDevice = 1) =>
    test.db.transaction(systemScope, (tx) =>
      insertKeyBatch(tx, { label: 'x', count, keysPerDevice, productionRunId: null, createdBy: userId }, new Date()),
    );
  const keysOf = async (keyBatchId: number) =>
    (
      await test.db.query<{ key: Buffer }>(
        sql`select advertisement_key as key from trackers where key_batch_id = ${keyBatchId} order by id`,
      )
    ).rows.map(({ key }) => key.toString('hex'));
  const stateOf = async (keyBatchId: number) =>
    (await test.db.query<{ state: string }>(sql`select state from key_batches where id = ${keyBatchId}`)).rows[0]
      ?.state;

  /** Runs the job over a pool that yields what `parts` makes for each request. */
  const run = async (
    keyBatchId: number,
    parts: (options: GenerateOptions) => Iterable<KeyBatchPart> | AsyncIterable<KeyBatchPart>,
    signal = new AbortController().signal,
  ) => {
    const asked: GenerateOptions[] = [];
    const pool: KeyGeneratorPool = {
      async *generate(options) {
        asked.push(options);
        yield* parts(options);
      },
      forget: async () => {},
      close: async () => {},
    };
    const told: [number, number | null][] = [];
    const deps = {
      db: test.db,
      events: createLocalBus(() => undefined),
      keyring: kek as Keyring,
      pool,
      randomBytes,
      now: () => new Date(),
    };
    const result = await runOnce(keyGenerationJob(deps), giveUpGeneration(deps), {
      jobId: 1,
      input: { keyBatchId },
      createdBy: userId,
      signal,
      progress: (done, total) => told.push([done, total]),
    }).catch((error: unknown) => error);
    return { result, told, counts: asked.map(({ count }) => count), keys: asked.map(({ dataKey }) => dataKey) };
  };

  it('refuses a pair whose address another device broadcasts, and makes another in its place', async () => {
    const other = await newBatch(2);
    const [taken, second] = newKeys(2) as [Uint8Array, Uint8Array];
    await run(other, () => [partOf([taken, second])]);
    // The address is 46 bits of the key: the two highest of the first byte don't count.
    const sameAddress = new Uint8Array([taken[0]! ^ 0xc0, ...taken.subarray(1, 6), ...randomBytes(22)]);
    const [one, two, three] = newKeys(3) as [Uint8Array, Uint8Array, Uint8Array];
    const twin = new Uint8Array([...one.subarray(0, 6), ...randomBytes(22)]);
    const answers = [partOf([one, sameAddress, twin]), partOf([two, three])];
    const batch = await newBatch(3);
    const { counts, told, result } = await run(batch, () => [answers.shift() as KeyBatchPart]);
    expect(counts).toEqual([3, 2]);
    expect(await keysOf(batch)).toEqual([one, two, three].map((key) => Buffer.from(key).toString('hex')));
    expect(told).toEqual([
      [0, 3],
      [1, 3],
      [3, 3],
    ]);
    expect(result).toEqual({ keyBatchId: batch, generated: 3 });
    expect(await stateOf(batch)).toBe('ready');
  });

  it('gives each device its keys in order, and makes a whole device anew where one of its addresses is taken', async () => {
    const batch = await newBatch(3, 3);
    const made = newKeys(8);
    const again = new Uint8Array([...made[1]!.subarray(0, 6), ...randomBytes(22)]);
    const [late] = newKeys(1) as [Uint8Array];
    // Of the second part five are good: one device, and two keys that are nobody's.
    const answers = [
      partOf(made.slice(0, 3)),
      partOf([made[3]!, again, ...made.slice(4)]),
      partOf([late, ...newKeys(2)]),
    ];
    const { counts, told } = await run(batch, ({ count }) => answers.splice(0, count === 9 ? 2 : 1));
    expect(counts).toEqual([9, 3]);
    expect(told.at(-1)).toEqual([9, 9]);
    const { rows } = await test.db.query<{ tracker: number; number: number; key: Buffer; dataKey: number }>(sql`
      select k.tracker_id as tracker, k.number, k.advertisement_key as key, k.data_key_id as "dataKey"
      from device_keys k join trackers t on t.id = k.tracker_id where t.key_batch_id = ${batch} order by 1, 2`);
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
    const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');
    expect(rows.map(({ key }) => hex(key)).slice(0, 7)).toEqual([...made.slice(0, 6), late].map(hex));
    expect(new Set(rows.map(({ dataKey }) => dataKey)).size).toBe(1);
    expect(await keysOf(batch)).toEqual([made[0]!, made[3]!, late].map(hex));
  });

  it('adds nothing to a batch that another console works on', async () => {
    const batch = await newBatch(4);
    const mine = newKeys(2);
    const theirs = newKeys(2);
    const { result } = await run(batch, async function* () {
      yield partOf(mine);
      await run(batch, () => [partOf(theirs)]);
      yield partOf(newKeys(2));
    });
    expect(result).toBeInstanceOf(RetryLater);
    expect(await keysOf(batch)).toEqual([...mine, ...theirs].map((key) => Buffer.from(key).toString('hex')));
    expect(await stateOf(batch)).toBe('ready');
  });

  it('asks for what is missing after it was stopped, under the same data key', async () => {
    const batch = await newBatch(5);
    const stop = new AbortController();
    const first = await run(
      batch,
      function* () {
        yield partOf(newKeys(2));
        stop.abort(new JobStopped('stopping'));
        stop.signal.throwIfAborted();
      },
      stop.signal,
    );
    expect(first.result).toBe(stop.signal.reason);
    expect(await stateOf(batch)).toBe('generating');
    const second = await run(batch, ({ count }) => [partOf(newKeys(count))]);
    expect(second.counts).toEqual([3]);
    expect(second.told).toEqual([
      [2, 5],
      [5, 5],
    ]);
    expect(await keysOf(batch)).toHaveLength(5);
    const { rows } = await test.db.query(sql`select distinct data_key_id from trackers where key_batch_id = ${batch}`);
    expect(rows).toHaveLength(1);
  });

  it.each([
    ['a fault of the generator', new AppError('internal', 'A generated key is wrong.'), 'cancelled'],
    ['a database that is away', new AppError('unavailable', 'Try again.'), 'generating'],
  ])('%s leaves the batch as it will stay', async (_, error, state) => {
    const batch = await newBatch(4);
    const { result, keys } = await run(batch, function* () {
      yield partOf(newKeys(2));
      throw error;
    });
    expect(result).toBe(error);
    expect(await stateOf(batch)).toBe(state);
    expect(await keysOf(batch)).toHaveLength(2);
    expect(keys[0]?.every((byte) => byte === 0)).toBe(true);
  });
});
