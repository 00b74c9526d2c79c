import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { DurableFs, durableStartParams } from '../../src-worker/embedded-database/durable-fs.ts';
import { cutPower } from '../../src-worker/embedded-database/testing/power-cuts.ts';
import { type Figure, less, more } from './figure.ts';

const CUTS = 300;
const CUTS_AT_A_TIME = 25;
const COMMITS = 300;

/**
 * What the embedded engine has lost after power cuts, against the same engine started without syncing; and what syncing
 * costs: commits of one row a second with it and without it, in turns on the same disk.
 */
export async function figures(): Promise<Figure[]> {
  const bad = async (cuts: number, params?: string[]) => {
    let count = 0;
    for (let done = 0; done < cuts; done += CUTS_AT_A_TIME) {
      const { lost, torn, unopened } = await cutPower(done, Math.min(CUTS_AT_A_TIME, cuts - done), params);
      count += lost + torn + unopened.length;
    }
    return count;
  };
  const unsynced = await bad(CUTS_AT_A_TIME, PGlite.defaultStartParams);
  const synced = await bad(CUTS);
  const durable: number[] = [];
  const quick: number[] = [];
  for (let round = 0; round < 3; round++) {
    durable.push(await commitsASecond(durableStartParams));
    quick.push(await commitsASecond(PGlite.defaultStartParams));
  }
  return [
    less(`losses in ${CUTS} power cuts`, 'losses', synced, {
      name: `without syncing, in ${CUTS_AT_A_TIME} cuts`,
      value: unsynced,
    }),
    more('commits that survive a power cut', 'commits/s', Math.max(...durable), {
      name: 'without syncing',
      value: Math.max(...quick),
    }),
  ];
}

async function commitsASecond(startParams: string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'console-bench-'));
  const database = await PGlite.create({ fs: new DurableFs(join(folder, 'data')), startParams });
  await database.exec('create table rows (value int)');
  const started = performance.now();
  for (let i = 0; i < COMMITS; i++) await database.query('insert into rows values ($1)', [i]);
  const rate = (COMMITS / (performance.now() - started)) * 1000;
  await database.close();
  await rm(folder, { recursive: true });
  return rate;
}
