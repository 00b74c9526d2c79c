import { join } from 'node:path';
import { buildP224 } from '../build/p224.ts';
import { buildSnapshot } from '../build/snapshot.ts';

/** Prepares what every test file of the embedded engine starts from, and the module that keys are made with. */
export default async function setup(): Promise<void> {
  await buildP224();
  await buildSnapshot(join(import.meta.dirname, '..', '..'));
}
