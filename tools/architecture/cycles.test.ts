import { expect, it } from 'vitest';
import { cyclesIn } from './cycles.ts';
import { readSources, sourceFolders } from './sources.ts';

it('prints a cycle of imports', () => {
  const sources = new Map([
    ['x/a.ts', "import { b } from './b.ts';"],
    ['x/b.ts', "import type { A } from './a.ts';\nexport { c } from '../y/c.ts';"],
    ['y/c.ts', "const a = await import('../x/a.ts');"],
    ['y/d.ts', "import { a } from '../x/a.ts';"],
  ]);
  expect(cyclesIn(sources)).toEqual(['x/a.ts -> x/b.ts -> y/c.ts -> x/a.ts']);
});

it('lets two files know each other by types', () => {
  const sources = new Map([
    ['x/a.ts', "import { b } from './b.ts';"],
    ['x/b.ts', "import type { A } from './a.ts';"],
  ]);
  expect(cyclesIn(sources)).toEqual([]);
});

it('finds none in the sources', () => {
  expect(cyclesIn(readSources(...sourceFolders))).toEqual([]);
});
