import { createECDH, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { decryptReports, type SealedReport } from '../../src-main/core/fetching/opening/report-cipher.ts';
import { encryptReport } from '../../src-main/core/fetching/testing/encrypt-report.ts';
import { createKeyGeneratorPool } from '../../src-main/core/keys/generator/key-generator-pool.ts';
import { p224Engine } from '../../src-main/core/keys/p224/load-engine.ts';
import {
  nobleEngine,
  type P224Engine,
  P224Point,
  randomScalars,
  readNumber,
} from '../../src-main/core/keys/p224/p224.ts';
import { encodePlaintext } from '../../src-shared/domain/find-my/plaintext.ts';
import { buildP224 } from '../build/p224.ts';
import type { EngineRounds } from './engine-thread.ts';
import { type Figure, median, more } from './figure.ts';
import { pythonP224 } from './python-p224.ts';

const ROUNDS = 7;
const BATCH = 4096;
/** Few enough that the slow ones take about as long a round as the fast one. */
const SMALL = 128;

/** Key pairs and ECDH a second, the engine in use against node:crypto and noble; then the pool, which also seals. */
export async function figures(): Promise<Figure[]> {
  await buildP224();
  return [
    ...(await keyGenerationFigures()),
    ...(await decryptionFigures()),
    ...(await pythonFigures()),
    ...(await twoCoreFigures()),
  ];
}

/** Key pairs a second on one thread against node:crypto and noble, and through the pool with one and two workers. */
export async function keyGenerationFigures(): Promise<Figure[]> {
  const engine = p224Engine((reason) => console.warn(reason));
  const scalars = randomScalars(BATCH, randomBytes);
  const some = scalars.subarray(0, SMALL * 28);
  const ecdh = createECDH('secp224r1');
  const [mine, openssl, noble] = rates([
    { items: BATCH, run: () => engine.derivePublicX(scalars) },
    {
      items: SMALL,
      run: () => {
        for (let i = 0; i < SMALL; i++) {
          ecdh.setPrivateKey(some.subarray(i * 28, i * 28 + 28));
          ecdh.getPublicKey();
        }
      },
    },
    { items: SMALL, run: () => nobleEngine.derivePublicX(some) },
  ]) as [number, number, number];
  const [one, two] = await poolRates();
  return [
    more(`key pairs, ${engine.name}`, 'pairs/s', mine, { name: 'node:crypto', value: openssl }),
    more(`key pairs, ${engine.name}`, 'pairs/s', mine, { name: 'noble', value: noble }),
    more('key pairs hashed, sealed and checked, 2 workers', 'pairs/s', two, { name: '1 worker', value: one }),
  ];
}

/** ECDH, derive + ECDH, and whole reports a second on one thread, against node:crypto and noble. */
export async function decryptionFigures(): Promise<Figure[]> {
  const engine = p224Engine((reason) => console.warn(reason));
  const scalars = randomScalars(BATCH, randomBytes);
  const points = somePoints(BATCH);
  const some = { scalars: scalars.subarray(0, SMALL * 28), points: points.subarray(0, SMALL * 57) };
  const reports = sealedReports(1024);
  const ecdh = createECDH('secp224r1');
  const openssl = (derive: boolean) => () => {
    for (let i = 0; i < SMALL; i++) {
      ecdh.setPrivateKey(some.scalars.subarray(i * 28, i * 28 + 28));
      if (derive) ecdh.getPublicKey();
      ecdh.computeSecret(some.points.subarray(i * 57, i * 57 + 57));
    }
  };
  const both = (one: P224Engine, d: Uint8Array, q: Uint8Array) => () => {
    one.derivePublicX(d);
    one.sharedX(d, q);
  };
  const [shared, sharedOpenssl, sharedNoble, pair, pairOpenssl, pairNoble, opened, openedNoble] = rates([
    { items: BATCH, run: () => engine.sharedX(scalars, points) },
    { items: SMALL, run: openssl(false) },
    { items: SMALL, run: () => nobleEngine.sharedX(some.scalars, some.points) },
    { items: BATCH, run: both(engine, scalars, points) },
    { items: SMALL, run: openssl(true) },
    { items: SMALL, run: both(nobleEngine, some.scalars, some.points) },
    { items: reports.length, run: () => decryptReports(engine, reports) },
    { items: SMALL, run: () => decryptReports(nobleEngine, reports.slice(0, SMALL)) },
  ]) as [number, number, number, number, number, number, number, number];
  // Setting a private key makes OpenSSL derive the public one, whether it is wanted or not.
  return [
    more(`ECDH, ${engine.name}`, 'ECDH/s', shared, { name: 'node:crypto', value: sharedOpenssl }),
    more(`ECDH, ${engine.name}`, 'ECDH/s', shared, { name: 'noble', value: sharedNoble }),
    more(`derive + ECDH, ${engine.name}`, '1/s', pair, { name: 'node:crypto', value: pairOpenssl }),
    more(`derive + ECDH, ${engine.name}`, '1/s', pair, { name: 'noble', value: pairNoble }),
    more(`reports decrypted, ${engine.name}`, 'reports/s', opened, { name: 'noble', value: openedNoble }),
  ];
}

/** The same two against Python's `cryptography`, where it is installed. */
async function pythonFigures(): Promise<Figure[]> {
  const python = await pythonP224();
  if (!python) return [];
  const engine = p224Engine();
  const scalars = randomScalars(BATCH, randomBytes);
  const points = somePoints(BATCH);
  const mine: [pairs: number, both: number][] = [];
  const theirs: [pairs: number, both: number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    engine.derivePublicX(scalars);
    const derived = performance.now();
    engine.sharedX(scalars, points);
    mine.push([BATCH / (derived - started), BATCH / (performance.now() - started)]);
    const { pairs, derivedAndShared } = await python.round();
    theirs.push([pairs / 1000, derivedAndShared / 1000]);
  }
  python.close();
  const rate = (rounds: typeof mine, which: 0 | 1) => median(rounds.map((one) => one[which])) * 1000;
  return [
    more(`key pairs, ${engine.name}`, 'pairs/s', rate(mine, 0), {
      name: 'Python cryptography',
      value: rate(theirs, 0),
    }),
    more(`derive + ECDH, ${engine.name}`, '1/s', rate(mine, 1), {
      name: 'Python cryptography',
      value: rate(theirs, 1),
    }),
  ];
}

/** The engine alone on one thread and on two, in turn: what a second core brings before anything is stored. */
async function twoCoreFigures(): Promise<Figure[]> {
  const { name } = p224Engine();
  const threads = [0, 1].map(() => new Worker(new URL('./engine-thread.ts', import.meta.url)));
  const scalars = randomScalars(BATCH, randomBytes);
  const points = somePoints(BATCH);
  const secondsOn = async (count: number, work: EngineRounds) => {
    const started = performance.now();
    await Promise.all(
      threads.slice(0, count).map((thread) => {
        thread.postMessage(work);
        return once(thread, 'message');
      }),
    );
    return (performance.now() - started) / 1000;
  };
  const all: Figure[] = [];
  for (const [what, work] of [
    ['key pairs', { rounds: 32, scalars, points: null }],
    ['derive + ECDH', { rounds: 5, scalars, points }],
  ] as const) {
    const seconds: [number[], number[]] = [[], []];
    for (let round = -1; round < ROUNDS; round++) {
      for (const count of [1, 2] as const) {
        const taken = await secondsOn(count, work);
        if (round >= 0) seconds[count - 1]!.push(taken);
      }
    }
    const rate = (count: 1 | 2) => (count * work.rounds * BATCH) / median(seconds[count - 1]!);
    all.push(more(`${what}, ${name}, 2 threads`, '1/s', rate(2), { name: '1 thread', value: rate(1) }));
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
  return all;
}

/** Items a second of each contender: the median of rounds that take turns, after one that warms up. */
function rates(contenders: { items: number; run: () => unknown }[]): number[] {
  const seconds: number[][] = contenders.map(() => []);
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, { run }] of contenders.entries()) {
      const started = performance.now();
      run();
      if (round >= 0) seconds[i]!.push((performance.now() - started) / 1000);
    }
  }
  return contenders.map(({ items }, i) => items / median(seconds[i]!));
}

async function poolRates(): Promise<[one: number, two: number]> {
  const workerUrl = pathToFileURL(new URL('../../src-worker/key-generator.ts', import.meta.url).pathname);
  const dataKey = new Uint8Array(randomBytes(32));
  const pools = [1, 2].map((workers) => ({ workers, pool: createKeyGeneratorPool({ workerUrl, workers }) }));
  const seconds: number[][] = [[], []];
  const count = 200_000;
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, { pool }] of pools.entries()) {
      const started = performance.now();
      for await (const _ of pool.generate({ count, dataKey, table: 'bench' }));
      if (round >= 0) seconds[i]!.push((performance.now() - started) / 1000);
    }
  }
  await Promise.all(pools.map(({ pool }) => pool.close()));
  return [count / median(seconds[0]!), count / median(seconds[1]!)];
}

/** Points of the curve, a few of them many times over: the work on each is the same. */
function somePoints(count: number): Uint8Array {
  const different = randomScalars(16, randomBytes);
  const points = new Uint8Array(count * 57);
  for (let i = 0; i < count; i++) {
    if (i < 16) points.set(P224Point.BASE.multiply(readNumber(different, i)).toBytes(false), i * 57);
    else points.copyWithin(i * 57, (i % 16) * 57, (i % 16) * 57 + 57);
  }
  return points;
}

function sealedReports(count: number): SealedReport[] {
  const plaintext = encodePlaintext({ latitude: 51.5, longitude: -0.1, horizontalAccuracyM: 30, statusByte: 0 });
  return Array.from({ length: 16 }, () => {
    const privateKey = randomScalars(1, randomBytes);
    const advertisementKey = nobleEngine.derivePublicX(privateKey);
    const ephemeralScalar = randomScalars(1, randomBytes);
    const fields = { advertisementKey, plaintext, ephemeralScalar, timestampMs: Date.UTC(2026, 10, 1) };
    return { privateKey, payload: encryptReport({ ...fields, confidence: 2, length: 88 }) };
  }).flatMap((report) => Array.from({ length: count / 16 }, () => report));
}
