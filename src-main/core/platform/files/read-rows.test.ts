import { getPriority } from 'node:os';
import { describe, expect, it } from 'vitest';
import { forkStandIn } from '../../../electron/testing/utility-stand-in.ts';
import { launchUtility } from '../../../electron/utility-worker.ts';
import type { LaunchWorker } from '../workers/channel.ts';
import { launchProcess } from '../workers/process.ts';
import { createRowReader } from './read-rows.ts';
import { type RowFile, type RowLimits, rowLimits } from './row-file.ts';
import type { OddOptions } from './testing/odd-reader.ts';

type OddFile = RowFile & { pid: number };
const url = new URL('./testing/odd-reader.ts', import.meta.url);
const limits: RowLimits = { ...rowLimits, rows: 1_200, heapMb: 48, memoryMb: 200 };

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.each([
  ['processes of plain Node', launchProcess],
  ['utility processes of the desktop', launchUtility(forkStandIn)],
] as [string, LaunchWorker][])('strangers’ files, read in %s', (_, launch) => {
  async function* bytes() {
    yield Buffer.from('x');
  }
  /** How many ends of processes were told. */
  let ends = 0;
  const watched: LaunchWorker = (...args) => {
    const worker = launch(...args);
    worker.onExit(() => ends++);
    return worker as never;
  };
  const open = (options: OddOptions, given: Partial<RowLimits> = {}, signal = new AbortController().signal) =>
    createRowReader({ url, launch: watched, limits: { ...limits, ...given } }).open<OddFile>(bytes(), options, signal);
  const first = async (file: RowFile) => (await file.rows().next()).value;

  it('are read elsewhere, any number of times, within the limits of cells and characters', async () => {
    const file = await open({ when: 'rows', does: 'counts' });
    expect(file.pid).not.toBe(process.pid);
    await expect.poll(() => getPriority(file.pid)).toBeGreaterThan(getPriority());
    for (let pass = 0; pass < 2; pass++) {
      const row = await first(file);
      expect(row).toMatchObject({ row: 2 });
      expect(row!.cells).toHaveLength(limits.cells);
      expect(row!.cells[1]).toHaveLength(limits.characters);
    }
    file.close();
    await expect.poll(() => isAlive(file.pid)).toBe(false);
    await expect(first(file)).rejects.toThrow('closed');
  });

  it('have an end of rows', async () => {
    const file = await open({ when: 'rows', does: 'counts' });
    const all = async () => {
      let rows = 0;
      for await (const { row } of file.rows()) rows = row;
      return rows;
    };
    await expect(all()).rejects.toMatchObject({ code: 'bad-request', message: /more than 1,200 rows/ });
    file.close();
  });

  it.each(['open', 'rows'] as const)(
    'are cancelled at any moment, here at %s, while the host goes on',
    async (when) => {
      const before = ends;
      const cancel = new AbortController();
      const reading = open({ when, does: 'spins' }, {}, cancel.signal).then(first);
      let turns = 0;
      const turning = setInterval(() => turns++, 1);
      await expect.poll(() => turns, { timeout: 10_000 }).toBeGreaterThan(300);
      cancel.abort(new Error('cancelled by a person'));
      await expect(reading).rejects.toThrow('cancelled by a person');
      await expect.poll(() => ends).toBe(before + 1);
      clearInterval(turning);
    },
  );

  it('that take too long are given up', async () => {
    await expect(open({ when: 'open', does: 'spins' }, { stepMs: 200 })).rejects.toMatchObject({
      code: 'bad-request',
      message: /longer than/,
    });
  });

  it.each(['fills buffers', 'fills the heap', 'crashes'] as const)(
    'that end their process (it %s) end nothing else',
    async (does) => {
      const failure = { code: 'bad-request', message: expect.stringContaining('Reading the file failed') };
      await expect(open({ when: 'open', does })).rejects.toMatchObject(failure);
      await expect(open({ when: 'rows', does }).then(first)).rejects.toMatchObject(failure);
    },
  );
});

it('says that a reader could not be started', async () => {
  const nowhere = createRowReader({ url: new URL('./nowhere.ts', import.meta.url), launch: launchProcess, limits });
  async function* bytes() {
    yield Buffer.from('x');
  }
  await expect(nowhere.open(bytes(), null, new AbortController().signal)).rejects.toMatchObject({ code: 'internal' });
});
