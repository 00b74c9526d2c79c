import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { danglingIn, textFiles } from './references.ts';

const root = join(import.meta.dirname, '..', '..');

/** Applied migrations are never edited: their text is checked against the database's record of it. */
const appliedMigrations = ['migrations/0007_location_reports.sql'];
/** Its examples of wrong references. */
const examples = ['tools/architecture/references.test.ts'];

describe('references to documents', () => {
  it.each([
    ['src-shared/x.ts', '/** The order of DESIGN section 4. */', 'DESIGN'],
    ['src-shared/x.ts', '// As FINDMY.md lists it.', 'FINDMY'],
    ['src-shared/x.ts', '// See docs/no-such-page.md.', 'docs/no-such-page.md'],
    ['src-shared/x.ts', '// docs/domain-rules.md#no-such-heading', 'docs/domain-rules.md#no-such-heading'],
    ['docs/x.md', '[a](no-such-page.md)', 'no-such-page.md'],
    ['docs/x.md', '[a](no-such-picture.png)', '](no-such-picture.png)'],
    ['docs/x.md', '[a](find-my.md#no-such-heading)', '](find-my.md#no-such-heading)'],
    ['docs/x.md', 'see `src-main/core/no-such-file.ts`', '`src-main/core/no-such-file.ts`'],
  ])('names a wrong one: %s with %s', (file, text, refersTo) => {
    expect(danglingIn(root, file, text)).toContainEqual({ file, line: 1, refersTo });
  });

  it.each([
    ['src-shared/x.ts', '/** docs/domain-rules.md#status, rule 1 */'],
    ['src-main/core/keys/vectors/x.ts', '// sources in README.md'],
    ['src-shared/x.ts', '// https://example.org/docs/guide.md'],
    ['docs/x.md', '[a](find-my.md#apples-endpoints) [b](../README.md) [c](https://example.org) [d](map.png)'],
    ['docs/x.md', 'add `migrations/NNNN_name.sql`'],
  ])('takes a right one: %s with %s', (file, text) => {
    expect(danglingIn(root, file, text)).toEqual([]);
  });

  it('all lead somewhere that is in the repository', () => {
    const files = textFiles(root).filter((file) => !examples.includes(file) && !appliedMigrations.includes(file));
    expect(files.length).toBeGreaterThan(500);
    expect(files.flatMap((file) => danglingIn(root, file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
