import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { postgis } from '@electric-sql/pglite-postgis';
import { startHeadless } from '../../e2e/support/console.ts';
import { type Figure, less, median } from './figure.ts';

const ROUNDS = 3;

/**
 * Seconds until `/health/ready` answers 200, on a new and on a used data directory, against opening the bare embedded
 * engine in the same state: what PostGIS in WebAssembly costs whatever is built on it.
 */
export async function figures(): Promise<Figure[]> {
  const times = { first: [] as number[], later: [] as number[], bareFirst: [] as number[], bareLater: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'console-bench-'));
    times.first.push(await seconds(() => startAndStop(join(folder, 'console'))));
    times.later.push(await seconds(() => startAndStop(join(folder, 'console'))));
    times.bareFirst.push(await seconds(() => openBare(join(folder, 'bare'))));
    times.bareLater.push(await seconds(() => openBare(join(folder, 'bare'))));
    await rm(folder, { recursive: true, force: true });
  }
  return [
    less('first start until ready', 's', median(times.first), {
      name: 'bare PGlite + PostGIS, new data',
      value: median(times.bareFirst),
    }),
    less('later start until ready', 's', median(times.later), {
      name: 'bare PGlite + PostGIS, used data',
      value: median(times.bareLater),
    }),
  ];
}

/** Seconds until the work calls `done`; what it does afterwards is not counted. */
async function seconds(work: () => Promise<() => Promise<void>>): Promise<number> {
  const started = performance.now();
  const close = await work();
  const elapsed = (performance.now() - started) / 1000;
  await close();
  return elapsed;
}

async function startAndStop(dataDir: string): Promise<() => Promise<void>> {
  const running = await startHeadless({ dataDir });
  return () => running.stop();
}

async function openBare(dataDir: string): Promise<() => Promise<void>> {
  const database = await PGlite.create({ dataDir, extensions: { postgis } });
  await database.exec('create extension if not exists postgis');
  await database.query('select postgis_version()');
  return () => database.close();
}
