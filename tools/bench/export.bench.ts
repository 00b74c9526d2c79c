import { testConsole } from '../../src-main/core/testing/console.ts';
import { testEngines } from '../../src-main/core/testing/database.ts';
import { type Figure, less } from './figure.ts';

const KEYS = 200_000;
/** What an export may take, most of it once: after one of 200,000 keys, one of 800,000 was seen to take 10 to 26 MB more. */
const BUDGET_MB = 100;
const password = 'a password of ada';

/**
 * The most that the process grows while an export is read to its end: the manufacturer's files of public keys, which are
 * written twice (for their SHA-256, then for the reader), and the age file of private keys. The 256 MiB that scrypt takes
 * for a passphrase, once, come before.
 */
export async function figures(): Promise<Figure[]> {
  const app = await testConsole(await testEngines().at(-1)!.create());
  try {
    const { headers } = await app.send('POST', '/setup', { body: { username: 'ada', displayName: 'Ada', password } });
    const as = /console_session\w*=([^;]*)/.exec(headers.get('set-cookie') ?? '')![1]!;
    const { body: made } = await app.send('POST', '/key-batches', { as, body: { count: KEYS, label: 'Bench' } });
    const job = await app.jobEnd(made.id, as);
    if (job.state !== 'succeeded') throw new Error(`the batch was not made: ${JSON.stringify(job)}`);
    const keyBatchId: number = made.resource.id;
    const publicKeys = (format: string) => () =>
      app.raw('GET', `/key-batches/${keyBatchId}/exports?format=${format}&recipient=Bench`, { as });
    const privateKeys = async () => {
      const encryption = { kind: 'passphrase', passphrase: 'correct horse battery staple' };
      const body = { password, format: 'keys', scope: { kind: 'key-batch', keyBatchId }, encryption };
      const { status, body: prepared } = await app.send('POST', '/private-key-exports', { as, body });
      if (status !== 201) throw new Error(`the export was refused: ${JSON.stringify(prepared)}`);
      return app.raw('GET', `/protected-downloads/${prepared.ticket}`, { as });
    };
    const all: Figure[] = [];
    for (const [name, request] of [
      ['CSV of public keys', publicKeys('csv')],
      ['tar of key files', publicKeys('keyfile')],
      ['age file of private keys', privateKeys],
    ] as const) {
      const { peakMb, fileMb } = await growth(request);
      const of = `${KEYS} keys, ${fileMb.toFixed(0)} MB`;
      all.push(less(`memory above the base, ${name} (${of})`, 'MB', peakMb, { name: 'budget', value: BUDGET_MB }));
    }
    return all;
  } finally {
    await app.close();
  }
}

/** Resident memory above what it was, and the size of what was read, in 10^6 bytes. */
async function growth(request: () => Promise<Response>): Promise<{ peakMb: number; fileMb: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const response = await request();
  if (response.status !== 200) throw new Error(`the export failed: ${await response.text()}`);
  let bytes = 0;
  for await (const part of response.body!) {
    bytes += part.length;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  return { peakMb: (peak - before) / 1e6, fileMb: bytes / 1e6 };
}
