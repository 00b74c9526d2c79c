import { join } from 'node:path';
import { buildP224 } from '../build/p224.ts';
import { prepareEngine } from '../build/prepared-engine.ts';
import { keepEngines } from './engine-keeper.ts';

/** Prepares the module that keys are made with, and lends embedded databases to the test files; ends them at the end. */
export default async function setup(): Promise<() => Promise<void>> {
  const root = join(import.meta.dirname, '..', '..');
  await buildP224();
  await prepareEngine(root);
  const keeper = await keepEngines(root);
  process.env.TEST_ENGINE_KEEPER = keeper.address;
  return keeper.close;
}
