import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodePlaintext } from '../../../src-shared/domain/find-my/plaintext.ts';
import { decryptReports } from '../../core/fetching/opening/report-cipher.ts';
import { encryptReport } from '../../core/fetching/testing/encrypt-report.ts';
import { p224Engine } from '../../core/keys/p224/load-engine.ts';
import { nobleEngine, randomScalars } from '../../core/keys/p224/p224.ts';
import { encryptUploads, ephemeralScalarOf, type FinderUpload, liftKey } from './finder-phone.ts';

const scalars = randomScalars(12, randomBytes);
const keys = nobleEngine.derivePublicX(scalars);
const privateKeys = Array.from({ length: 12 }, (_, i) => scalars.subarray(i * 28, (i + 1) * 28));
const uploads: FinderUpload[] = privateKeys.map((_, i) => ({
  advertisementKey: keys.subarray(i * 28, (i + 1) * 28),
  plaintext: encodePlaintext({
    latitude: i - 6,
    longitude: 20 * i - 110,
    horizontalAccuracyM: 5 + i,
    statusByte: 0x20,
  }),
  ephemeralScalar: ephemeralScalarOf(`phone ${i}`),
  timestampMs: 1_795_000_000_000 + i * 1000,
  confidence: 1 + (i % 3),
  length: i % 2 === 0 ? 88 : 89,
}));

describe('a finder’s phone', () => {
  test('writes the same payload by OpenSSL, by the engine in one batch, and by the reference', () => {
    const byOpenSsl = encryptUploads(nobleEngine, uploads);
    expect(encryptUploads({ ...nobleEngine, name: 'not the reference object' }, uploads)).toEqual(byOpenSsl);
    expect(encryptUploads(p224Engine(), uploads)).toEqual(byOpenSsl);
    expect(uploads.map(encryptReport)).toEqual(byOpenSsl);
  });

  test('can be read with the private key only', () => {
    const payloads = encryptUploads(p224Engine(), uploads);
    const opened = decryptReports(
      nobleEngine,
      payloads.map((payload, i) => ({ payload, privateKey: privateKeys[i]! })),
    );
    for (const [i, report] of opened.entries()) {
      expect(report).toMatchObject({ ok: true, latitude: i - 6, longitude: 20 * i - 110, horizontalAccuracyM: 5 + i });
    }
    const others = payloads.map((payload, i) => ({ payload, privateKey: privateKeys[(i + 1) % 12]! }));
    expect(decryptReports(nobleEngine, others).every((report) => !report.ok && report.reason === 'bad-tag')).toBe(true);
  });

  test('draws each ephemeral scalar from its name alone', () => {
    expect(ephemeralScalarOf('a')).toEqual(ephemeralScalarOf('a'));
    expect(ephemeralScalarOf('a')).not.toEqual(ephemeralScalarOf('b'));
  });

  test('knows what is no advertisement key', () => {
    expect(liftKey(new Uint8Array(28).fill(255))).toBeNull();
    expect(liftKey(keys.subarray(0, 28))?.subarray(1, 29)).toEqual(Buffer.from(keys.subarray(0, 28)));
  });
});
