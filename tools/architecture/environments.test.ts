import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, readSource, sourceFiles, violationsOf } from './imports.ts';

const root = join(import.meta.dirname, '..', '..');
const folders = ['src-shared', 'src-main', 'src-worker', 'src-renderer', 'tools'];
const files = folders.flatMap((folder) => sourceFiles(root, folder));

describe('direction of imports', () => {
  it('finds what a file imports, however it is written', () => {
    const text = `import a from 'a';\nimport type { B } from './b.ts';\nimport {\n  c,\n  d,\n} from "../c";\nexport * from './e.ts';\nimport 'side';\nconst f = await import('./f.ts');`;
    expect(importsOf(text)).toEqual(['a', './b.ts', '../c', './e.ts', 'side', './f.ts']);
  });

  it.each([
    ['src-shared/domain/x.ts', "import { y } from '../../src-main/core/y.ts';", 'shared may not import core'],
    ['src-shared/domain/x.ts', "import fs from 'node:fs';", 'shared has no Node'],
    ['src-shared/domain/x.ts', "import pg from 'pg';", 'shared may only import'],
    ['src-main/core/x.ts', "import { app } from 'electron';", 'electron belongs to electron'],
    ['src-main/core/x.ts', "import type { z } from '../node/main.ts';", 'core may not import node'],
    ['src-main/core/x.ts', "import { w } from '../../src-worker/fetcher.ts';", 'core may not import worker'],
    ['src-main/node/x.ts', "import { w } from '../electron/window.ts';", 'node may not import electron'],
    ['src-renderer/x.tsx', "import { q } from '../src-main/core/q.ts';", 'renderer may not import core'],
    ['src-renderer/x.tsx', "import { join } from 'path';", 'renderer has no Node'],
  ])('names a wrong one: %s with %s', (file, text, why) => {
    expect(violationsOf(file, text)[0]?.why).toContain(why);
  });

  it('holds in every source file', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap((file) => violationsOf(file, readSource(root, file)))).toEqual([]);
  });
});

describe('size of files', () => {
  const lengths = files.map((file) => [file, readSource(root, file).split('\n').length] as const);

  it('none is over 400 lines', () => {
    expect(lengths.filter(([, length]) => length > 400)).toEqual([]);
  });

  it('half of them are under 100', () => {
    const sorted = lengths.map(([, length]) => length).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100);
  });
});
