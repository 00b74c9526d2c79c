import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wrongReadme } from './readmes.ts';
import { rooms } from './rooms.ts';
import { root } from './sources.ts';

const exists = (path: string) => existsSync(join(root, path));
const read = (path: string) => (exists(path) ? readFileSync(join(root, path), 'utf8') : null);

describe('a README is refused', () => {
  const folder = 'src-main/core/places';

  it('that is missing', () => {
    expect(wrongReadme(folder, null, exists)).toEqual([
      'src-main/core/places/README.md is missing: say what lives there, what it may use, and where to begin.',
    ]);
  });

  it('that is long', () => {
    expect(wrongReadme(folder, 'a\n'.repeat(61), exists)).toEqual([
      'src-main/core/places/README.md has 61 lines: 60 are enough.',
    ]);
  });

  it('that names what is gone', () => {
    const text =
      'Begin at `sphere-tree.ts`, `platform/db/`, [domain](src-shared/domain/) and `gone.ts`; `a.b` is no file.';
    expect(wrongReadme(folder, text, exists)).toEqual([
      'src-main/core/places/README.md names gone.ts, which does not exist.',
    ]);
  });
});

it.each(rooms)('%s has a README', (room) => {
  const folder = `src-main/core/${room}`;
  expect(wrongReadme(folder, read(`${folder}/README.md`), exists)).toEqual([]);
});
