import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Where unit and integration tests are. */
const unitTestPatterns = ['src-*/**/*.test.ts', 'src-*/**/*.test.tsx', 'tools/**/*.test.ts'];
const specPatterns = ['e2e/**/*.spec.ts'];

export interface Selection {
  unit: string[];
  specs: string[];
  /** What was asked for and is in no file's path. */
  unknown: string[];
}

const below = (root: string, patterns: readonly string[]): string[] =>
  globSync(patterns, { cwd: root })
    .map((path) => path.split(sep).join('/'))
    .sort();

/** The tests whose path, relative to the root, contains one of the wanted parts: a file, a folder, or a piece of a name. */
export function selectTests(root: string, wanted: readonly string[]): Selection {
  const parts = wanted.map((path) =>
    path
      .split(sep)
      .join('/')
      .replace(`${root.split(sep).join('/')}/`, ''),
  );
  const named = parts.map((part) => part.replace(/^\.\//, ''));
  const matching = (files: readonly string[]) => files.filter((file) => named.some((part) => file.includes(part)));
  const unit = matching(below(root, unitTestPatterns));
  const specs = matching(below(root, specPatterns));
  const found = [...unit, ...specs];
  return { unit, specs, unknown: wanted.filter((_, at) => !found.some((file) => file.includes(named[at] as string))) };
}

/**
 * Long tests that show nothing new where the embedded engine plays the central database, or without Redis: the same was
 * shown on servers. Whoever has none runs them all the same.
 */
export const shownOnServers: readonly string[] = [
  'src-main/core/app/edges.test.ts',
  'src-main/core/manufacturing/imports/reading-elsewhere.test.ts',
  'src-main/core/monitoring/consoles.test.ts',
  'src-main/core/offline/offline.test.ts',
  'src-main/core/offline/replay/odd-replays.test.ts',
  'src-main/core/offline/reviews/review.test.ts',
  'src-main/node/bad-file.test.ts',
  'src-main/node/kill.test.ts',
  'tools/leaks/private-keys-stay.test.ts',
];

/** The test files to run again without servers: those that use one of the helpers that look for them. */
export const differsWithoutServers = (root: string): string[] =>
  below(root, unitTestPatterns).filter(
    (file) =>
      !shownOnServers.includes(file) &&
      /^import \{[^}]*\b(needing|centralEngine)\b/m.test(readFileSync(join(root, file), 'utf8')),
  );

/** The specs that look at the demo company, and partly change it, in this order. */
export const specsOfTheDemo = (root: string): string[] =>
  below(root, specPatterns)
    .filter((file) => /\bfrom '\.{1,2}\/support\/demo\.ts'/.test(readFileSync(join(root, file), 'utf8')))
    .map((file) => `**/${file}`);
