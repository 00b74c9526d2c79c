import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { longest } from './longest-first.ts';
import { differsWithoutServers, selectTests, shownOnServers, specsOfTheDemo } from './selection.ts';

let root: string;
const files = {
  'src-main/core/offline/link.test.ts': "import { it } from 'vitest';",
  'src-main/core/offline/cut.test.ts': "import { centralEngine } from '../testing/database.ts';",
  'src-main/core/offline/link.ts': "import { needing } from '../testing/needing.ts';",
  'src-renderer/pages/Link.test.tsx': '',
  'tools/testing/outages.test.ts': "import {\n  needing,\n} from './needing.ts';",
  'e2e/offline-scan.spec.ts': '',
  'e2e/roles/admin.spec.ts': "import { expect, test } from '../support/demo.ts';",
  'e2e/sizes.spec.ts': "import { test } from './support/demo.ts';",
  'src-main/node/kill.test.ts': "import { centralEngine } from '../testing/database.ts';",
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'selection-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
});
afterAll(() => rm(root, { recursive: true }));

it.each([
  ['a file', ['./src-main/core/offline/link.test.ts'], ['src-main/core/offline/link.test.ts'], []],
  [
    'a folder',
    ['src-main/core/offline/'],
    ['src-main/core/offline/cut.test.ts', 'src-main/core/offline/link.test.ts'],
    [],
  ],
  ['a spec', ['e2e/roles/admin.spec.ts'], [], ['e2e/roles/admin.spec.ts']],
  ['a piece of a name', ['offline-'], [], ['e2e/offline-scan.spec.ts']],
  ['several', ['Link.test', 'admin'], ['src-renderer/pages/Link.test.tsx'], ['e2e/roles/admin.spec.ts']],
])('finds the tests of %s', (_, wanted, unit, specs) => {
  expect(selectTests(root, wanted)).toEqual({ unit, specs, unknown: [] });
});

it('finds the tests of an absolute path', () => {
  const { specs } = selectTests(root, [join(root, 'e2e/offline-scan.spec.ts')]);
  expect(specs).toEqual(['e2e/offline-scan.spec.ts']);
});

it('names what is in no path of a test', () => {
  const { specs, unknown } = selectTests(root, ['admin', 'offline/link.ts', 'nowhere']);
  expect([specs, unknown]).toEqual([['e2e/roles/admin.spec.ts'], ['offline/link.ts', 'nowhere']]);
});

it('knows the test files that look for servers, and leaves out the long ones that repeat themselves', () => {
  expect(differsWithoutServers(root)).toEqual(['src-main/core/offline/cut.test.ts', 'tools/testing/outages.test.ts']);
});

it('knows the specs that look at the demo company', () => {
  expect(specsOfTheDemo(root)).toEqual(['**/e2e/roles/admin.spec.ts', '**/e2e/sizes.spec.ts']);
});

it('is told of files that are there', () => {
  const missing = [...longest, ...shownOnServers].filter(
    (path) => !existsSync(join(import.meta.dirname, '../..', path)),
  );
  expect(missing).toEqual([]);
});
