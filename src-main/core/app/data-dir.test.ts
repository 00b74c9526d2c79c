import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { announceStop, claimDataDir } from './data-dir.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'data-dir-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const refusal = { code: 'conflict', message: expect.stringContaining('Another console works in') };

it('belongs to one console, until that gives it back', async () => {
  const giveBack = await claimDataDir(dataDir);
  await expect(claimDataDir(dataDir)).rejects.toMatchObject(refusal);
  await giveBack();
  // What a former version left says nothing, whichever process has that number now.
  await writeFile(join(dataDir, 'console.lock'), String(process.ppid));
  const again = await claimDataDir(dataDir);
  await again();
});

it('is waited for while the console that has it stops, and by nobody else', async () => {
  const giveBack = await claimDataDir(dataDir);
  await announceStop(dataDir);
  let claimed = false;
  const next = claimDataDir(dataDir).then((back) => {
    claimed = true;
    return back;
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(claimed).toBe(false);
  await giveBack();
  const back = await next;
  // The new one doesn't stop.
  await expect(claimDataDir(dataDir)).rejects.toMatchObject(refusal);
  await back();
});

it('belongs to one of many that begin at once', async () => {
  const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claimDataDir(dataDir)));
  const [winner, ...others] = claims.filter(({ status }) => status === 'fulfilled');
  expect(others).toEqual([]);
  await (winner as PromiseFulfilledResult<() => Promise<void>>).value();
});

it('is free at once when the process that had it was killed', async () => {
  const claim = `const { claimDataDir } = await import(${JSON.stringify(join(import.meta.dirname, 'data-dir.ts'))});
    await claimDataDir(${JSON.stringify(dataDir)}); console.log('has it'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', claim], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await expect(claimDataDir(dataDir)).rejects.toMatchObject(refusal);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const giveBack = await claimDataDir(dataDir);
  await giveBack();
});
