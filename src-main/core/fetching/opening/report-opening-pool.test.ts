import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { KEY_BYTES } from '../../../../src-shared/domain/find-my/keys.ts';
import { encodePlaintext } from '../../../../src-shared/domain/find-my/plaintext.ts';
import { p224Engine } from '../../keys/p224/load-engine.ts';
import { randomScalars } from '../../keys/p224/p224.ts';
import { encryptReport } from '../testing/encrypt-report.ts';
import { decryptReports, decryptReportsIn } from './report-cipher.ts';
import { createReportOpeningPool } from './report-opening-pool.ts';

const workerUrl = pathToFileURL(join(import.meta.dirname, '..', '..', '..', '..', 'src-worker', 'report-opener.ts'));
const pool = createReportOpeningPool({ workerUrl, threads: 2 });
afterAll(() => pool.close());

const engine = p224Engine();
const KEYS = 4;
const privateKeys = randomScalars(KEYS, randomBytes);
const publicKeys = engine.derivePublicX(privateKeys);
const nth = (bytes: Uint8Array, n: number) => bytes.slice(n * KEY_BYTES, (n + 1) * KEY_BYTES);
const kinds = Array.from({ length: 12 }, (_, i) => ({
  privateKey: nth(privateKeys, i % KEYS),
  payload: encryptReport({
    advertisementKey: nth(publicKeys, i % KEYS),
    plaintext: encodePlaintext({ latitude: i, longitude: -i, horizontalAccuracyM: i, statusByte: 0x20 }),
    ephemeralScalar: randomScalars(1, randomBytes),
    timestampMs: 1_800_000_000_000,
    confidence: 2,
    length: i % 2 === 0 ? 88 : 89,
  }),
}));
/** Good ones, one with a wrong tag, one whose point is off the curve, one of a wrong length. */
function reports(count: number) {
  const made = Array.from({ length: count }, (_, i) => ({ ...kinds[i % kinds.length]! }));
  made[3]!.payload = made[3]!.payload.map((byte, at, all) => (at === all.length - 1 ? byte ^ 1 : byte));
  made[4]!.payload = made[4]!.payload.map((byte, at) => (at === 20 ? byte ^ 1 : byte));
  made[5]!.payload = new Uint8Array(5);
  return made;
}

it('decrypts in other threads what the engine decrypts here, and leaves the caller’s keys alone', async () => {
  const before = Buffer.from(privateKeys).toString('hex');
  for (const count of [10, 300]) {
    const items = reports(count);
    const here = decryptReports(engine, items);
    expect(here.filter((one) => !one.ok).map((one) => !one.ok && one.reason)).toEqual([
      'bad-tag',
      'bad-point',
      'bad-length',
    ]);
    const both = await Promise.all([decryptReportsIn(pool, engine, items), decryptReportsIn(pool, engine, items)]);
    expect(both).toEqual([here, here]);
  }
  expect(Buffer.from(privateKeys).toString('hex')).toBe(before);
});

it('goes on here when the threads fail', async () => {
  const broken = createReportOpeningPool({ workerUrl: pathToFileURL('/nowhere/report-opener.ts'), threads: 1 });
  const items = reports(100);
  expect(await decryptReportsIn(broken, engine, items)).toEqual(decryptReports(engine, items));
  await broken.close();
});
