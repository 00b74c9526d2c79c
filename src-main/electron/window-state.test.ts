import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepWindowState, readWindowState } from './window-state.ts';

const screenAt = (x: number, y: number) => ({ x, y, width: 1920, height: 1050 });
const state = { x: 2000, y: 40, width: 1300, height: 800, maximized: true };

describe('the window’s place', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'window-'));
    path = join(folder, 'state.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is kept when it was moved and when it closes, and read back', async () => {
    const bounds = { x: 2000, y: 40, width: 1300, height: 800 };
    const window = Object.assign(new EventEmitter(), { getNormalBounds: () => bounds, isMaximized: () => true });
    keepWindowState(window as never, path, (error) => expect(error).toBeUndefined());
    window.emit('move');
    await expect.poll(() => readFile(path, 'utf8').catch(() => null)).not.toBeNull();
    bounds.x = 1990;
    window.emit('close');
    const read = () => readWindowState(path, [screenAt(0, 0), screenAt(1920, 0)]);
    await expect.poll(read).toEqual({ ...state, x: 1990 });
  });

  it('is forgotten when its screen is gone, or only a sliver would show', async () => {
    await writeFile(path, JSON.stringify(state));
    expect(await readWindowState(path, [screenAt(0, 0)])).toBeNull();
    await writeFile(path, JSON.stringify({ ...state, x: 1900 }));
    expect(await readWindowState(path, [screenAt(0, 0)])).toBeNull();
    await writeFile(path, JSON.stringify({ ...state, x: 100, y: -500 }));
    expect(await readWindowState(path, [screenAt(0, 0)])).toBeNull();
  });

  it.each(['', 'no json', '{}', JSON.stringify({ ...state, width: 10 }), JSON.stringify({ ...state, x: 1.5 })])(
    'is not taken from a damaged file: %s',
    async (text) => {
      await writeFile(path, text);
      expect(await readWindowState(path, [screenAt(0, 0), screenAt(1920, 0)])).toBeNull();
    },
  );
});
