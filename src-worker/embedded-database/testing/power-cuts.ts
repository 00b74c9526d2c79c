import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { preparedEngine } from '../../../src-main/core/platform/db/prepared-engine.ts';
import { seededRandom } from '../../../src-main/demo/simulator/random.ts';
import { durableStartParams } from '../durable-fs.ts';
import { unpackPrepared } from '../unpack.ts';
import { afterPowerCut, RecordingFs } from './forgetful-disk.ts';

const TRANSACTIONS = 150;
const root = join(import.meta.dirname, '..', '..', '..');

export interface PowerCuts {
  cuts: number;
  /** Cuts after which the database did not open. */
  unopened: string[];
  /** Transactions that were acknowledged before a cut and missing after it. */
  lost: number;
  /** Transactions of which only a part was there, and indexes that disagreed with their tables. */
  torn: number;
}

/**
 * Writes to an embedded engine, cuts the power after `cuts` random changes of its files, and opens what a disk may hold
 * then. With `params` the engine is started in another way than the product's, to show that the check can fail.
 */
export async function cutPower(seed: number, cuts: number, params = durableStartParams): Promise<PowerCuts> {
  const random = seededRandom('power cuts', seed);
  const folder = await mkdtemp(join(tmpdir(), 'power-cuts-'));
  const at = (name: string) => join(folder, name);
  try {
    const shared = await compiledOnce();
    await unpackPrepared(preparedEngine(root).snapshot, at('live'));
    await cp(at('live'), at('base'), { recursive: true });
    const disk = new RecordingFs(at('live'));
    const acknowledged = await write(
      await PGlite.create({ ...shared, fs: disk, startParams: params }),
      () => disk.changes.length,
    );
    const result: PowerCuts = { cuts, unopened: [], lost: 0, torn: 0 };
    const first = acknowledged[0] as number;
    for (let i = 0; i < cuts; i++) {
      const cut = first + random.below(disk.changes.length - first + 1);
      afterPowerCut(at('base'), at('image'), disk.changes, cut, random);
      try {
        // What recovery makes of an image needs no syncing.
        const database = await PGlite.create({ ...shared, dataDir: at('image') });
        const expected = acknowledged.filter((changes) => changes <= cut).length;
        const { there, torn } = await look(database);
        await database.close();
        result.lost += Math.max(0, expected - there);
        result.torn += torn;
      } catch (error) {
        result.unopened.push(`${cut}: ${error}`);
      }
      await rm(at('image'), { recursive: true });
    }
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Transactions of two rows and a count each, with tables made, rewritten and dropped among them; how much had been written when each was acknowledged. */
async function write(database: PGlite, written: () => number): Promise<number[]> {
  const acknowledged: number[] = [];
  await database.exec(`create table kept (id int primary key, filler text); create table counted (n int);
    insert into counted values (0); checkpoint`);
  for (let i = 0; i < TRANSACTIONS; i++) {
    if (i % 40 === 20) await database.exec('checkpoint');
    if (i % 30 === 10) {
      await database.exec(`create table aside_${i} as select * from kept`);
      await database.exec('vacuum full kept');
    }
    if (i % 30 === 25) await database.exec(`drop table aside_${i - 15}`);
    await database.exec(`begin; insert into kept values (${2 * i}, repeat(md5('${i}'), 20));
      insert into kept values (${2 * i + 1}, repeat(md5('${i}'), 20)); update counted set n = n + 1; commit`);
    acknowledged.push(written());
  }
  await database.close();
  return acknowledged;
}

async function look(database: PGlite): Promise<{ there: number; torn: number }> {
  const one = async (statement: string) => Number((await database.query<{ n: number }>(statement)).rows[0]?.n);
  const rows = await one('select count(*) as n from kept');
  const counted = await one('select n from counted');
  await database.exec('set enable_seqscan = off; set enable_bitmapscan = off');
  const indexed = await one('select count(*) as n from kept where id >= 0');
  return { there: counted, torn: rows === 2 * counted && indexed === rows ? 0 : 1 };
}

/** The part of the WebAssembly interface in use; no library of types for Node alone declares it. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { compile(code: Uint8Array): Promise<NonNullable<PGliteOptions['pgliteWasmModule']>> };
};

/** What PGlite would load and compile anew for each engine. */
async function compiledOnce(): Promise<Pick<PGliteOptions, 'pgliteWasmModule' | 'fsBundle'>> {
  const folder = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  return {
    pgliteWasmModule: await WebAssembly.compile(readFileSync(join(folder, 'pglite.wasm'))),
    fsBundle: new Blob([await readFile(join(folder, 'pglite.data'))]),
  };
}
