import { join } from 'node:path';
import { buildSnapshot } from '../build/snapshot.ts';

/** Prepares what every test file of the embedded engine starts from. */
export default async function setup(): Promise<void> {
  await buildSnapshot(join(import.meta.dirname, '..', '..'));
}
