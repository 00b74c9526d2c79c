import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type LogFile, openLogFile } from './log-file.ts';
import { createLogger } from './logging.ts';

let folder: string;
let opened: LogFile[] = [];
const path = () => join(folder, 'logs', 'console.log');
const open = (limits: { maxBytes: number; files: number }) => {
  const file = openLogFile(path(), limits);
  opened.push(file);
  return file;
};
const read = (name: string) => readFile(join(folder, 'logs', name), 'utf8');
const names = async () => (await readdir(join(folder, 'logs'))).sort();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logs.of-'));
});
afterEach(async () => {
  for (const file of opened) file.close();
  opened = [];
  await rm(folder, { recursive: true });
});

it('keeps so many files of so many bytes, the newest lines in the first', async () => {
  const file = open({ maxBytes: 100, files: 3 });
  for (let n = 0; n < 100; n++) file.write(`line ${String(n).padStart(3, '0')}\n`);
  expect(await names()).toEqual(['console.1.log', 'console.2.log', 'console.log']);
  const text = (await read('console.2.log')) + (await read('console.1.log')) + (await read('console.log'));
  const kept = text.trimEnd().split('\n');
  expect(kept.at(-1)).toBe('line 099');
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => `line 0${100 - kept.length + i}`));
  for (const name of await names()) expect((await read(name)).length).toBeLessThanOrEqual(100);
});

it('counts what an earlier start wrote, and goes on behind it', async () => {
  await mkdir(join(folder, 'logs'));
  await writeFile(path(), 'x'.repeat(95));
  const file = open({ maxBytes: 100, files: 2 });
  file.write('1234');
  expect(await names()).toEqual(['console.log']);
  file.write('5678');
  expect([await read('console.1.log'), await read('console.log')]).toEqual([`${'x'.repeat(95)}1234`, '5678']);
});

it('writes a line that is larger than a file all the same, alone', async () => {
  const file = open({ maxBytes: 10, files: 3 });
  for (const line of ['short\n', `${'x'.repeat(50)}\n`, 'after\n']) file.write(line);
  expect([await read('console.2.log'), await read('console.1.log'), await read('console.log')]).toEqual([
    'short\n',
    `${'x'.repeat(50)}\n`,
    'after\n',
  ]);
});

it('goes on in the same file while it can’t be moved, within bounds, and harms nobody', async () => {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const file = open({ maxBytes: 10, files: 2 });
  // A folder stands where the file of before should go.
  await mkdir(join(folder, 'logs', 'console.1.log', 'held'), { recursive: true });
  for (const line of ['1234567\n', 'grows to\n', 'twice\n', 'lost\n']) file.write(line);
  expect(await read('console.log')).toBe('1234567\ngrows to\ntwice\n');
  expect(stderr).toHaveBeenCalledOnce();
  await rm(join(folder, 'logs', 'console.1.log'), { recursive: true });
  file.write('there\n');
  expect(await read('console.log')).toBe('there\n');
  stderr.mockRestore();
});

it('is where the logger of a console writes', async () => {
  const log = createLogger({ destination: path(), level: 'info' });
  log.info({ password: 'a secret' }, 'hello');
  expect(JSON.parse(await read('console.log'))).toMatchObject({ msg: 'hello', password: '[redacted]' });
});
