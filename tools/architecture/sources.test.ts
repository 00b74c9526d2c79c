import { describe, expect, it } from 'vitest';
import { importsOf, readSources, sourceFolders, targetsOf } from './sources.ts';

describe('imports of a file', () => {
  const text = `import a from 'a';\nimport type { B } from './b.ts';\nimport {\n  c,\n  d,\n} from "../c";\nexport * from './e.ts';\nexport type { G } from './g.ts';\nimport 'side';\nconst f = await import('./f.ts');`;

  it('are found however they are written', () => {
    const found = importsOf(text);
    expect(found.map((each) => each.specifier)).toEqual(['a', './b.ts', '../c', './e.ts', './g.ts', 'side', './f.ts']);
    expect(found.filter((each) => each.typeOnly).map((each) => each.specifier)).toEqual(['./b.ts', './g.ts']);
  });

  it('are named from the root', () => {
    expect(targetsOf('x/y/z.ts', text)).toEqual(['x/y/b.ts', 'x/c', 'x/y/e.ts', 'x/y/g.ts', 'x/y/f.ts']);
  });
});

describe('size of files', () => {
  const lengths = [...readSources(...sourceFolders)].map(([file, text]) => [file, text.split('\n').length] as const);

  it('none is over 400 lines', () => {
    expect(lengths.filter(([, length]) => length > 400)).toEqual([]);
  });

  it('half of them are under 100', () => {
    const sorted = lengths.map(([, length]) => length).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100);
  });
});
