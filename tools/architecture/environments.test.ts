import { expect, it } from 'vitest';
import { wrongEnvironments } from './environments.ts';
import { readSources, sourceFolders } from './sources.ts';

it.each([
  ['src-shared/domain/x.ts', "import { y } from '../../src-main/core/y.ts';", 'shared may not import core'],
  ['src-shared/domain/x.ts', "import fs from 'node:fs';", 'shared has no Node'],
  ['src-shared/domain/x.ts', "import pg from 'pg';", 'shared may only import'],
  ['src-main/core/x.ts', "import { app } from 'electron';", 'electron belongs to electron'],
  ['src-main/core/x.ts', "import type { z } from '../node/main.ts';", 'core may not import node'],
  ['src-main/core/x.ts', "import { w } from '../../src-worker/fetcher.ts';", 'core may not import worker'],
  ['src-main/core/x.ts', "import { run } from '../demo/run.ts';", 'core may not import demo'],
  ['src-main/demo/x.ts', "import { main } from '../node/main.ts';", 'demo may not import node'],
  ['src-worker/x.ts', "import { run } from '../src-main/demo/run.ts';", 'worker may not import demo'],
  ['src-main/node/x.ts', "import { w } from '../electron/window.ts';", 'node may not import electron'],
  ['src-renderer/x.tsx', "import { q } from '../src-main/core/q.ts';", 'renderer may not import core'],
  ['src-renderer/x.tsx', "import { join } from 'path';", 'renderer has no Node'],
])('%s may not say: %s', (file, text, why) => {
  expect(wrongEnvironments(file, text)[0]).toContain(why);
});

it('no environment imports one that it may not', () => {
  const sources = [...readSources(...sourceFolders)];
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.flatMap(([file, text]) => wrongEnvironments(file, text))).toEqual([]);
});
