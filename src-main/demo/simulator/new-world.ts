import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bluetoothAddressOf, KEY_BYTES } from '../../../src-shared/domain/find-my/keys.ts';
import { hashedAdvertisementKey } from '../../core/keys/hashed-key.ts';
import { p224Engine } from '../../core/keys/p224/load-engine.ts';
import { randomScalars } from '../../core/keys/p224/p224.ts';
import { usualPlan } from './usual-plan.ts';
import type { TrackerEntry } from './world.ts';

/**
 * Makes key pairs and writes two files: `trackers.csv` with the private keys, to be imported into a console (existing
 * devices), and `world.json` with the public keys and a route each, for the simulator. The simulator never reads the
 * first.
 */
export function writeNewWorld(folder: string, count: number, seed: string | number, now: number) {
  const scalars = randomScalars(count, randomBytes);
  const keys = p224Engine().derivePublicX(scalars);
  const rows = ['advertisement_key,private_key,hashed_advertisement_key,mac_address'];
  const trackers: TrackerEntry[] = [];
  for (let i = 0; i < count; i++) {
    const key = keys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
    const advertisementKey = Buffer.from(key).toString('base64');
    const privateKey = Buffer.from(scalars.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES)).toString('base64');
    rows.push([advertisementKey, privateKey, hashedAdvertisementKey(key), bluetoothAddressOf(key)].join(','));
    trackers.push({ advertisementKey, plan: usualPlan(advertisementKey, seed, now) });
  }
  mkdirSync(folder, { recursive: true });
  const files = { csv: join(folder, 'trackers.csv'), world: join(folder, 'world.json') };
  writeFileSync(files.csv, `${rows.join('\n')}\n`, { mode: 0o600 });
  writeFileSync(files.world, `${JSON.stringify({ trackers }, null, 1)}\n`);
  return files;
}
