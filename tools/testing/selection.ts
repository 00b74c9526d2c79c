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

/** The test files that behave differently on a machine without servers: those that use one of the helpers that look. */
export const differsWithoutServers = (root: string): string[] =>
  below(root, unitTestPatterns).filter((file) =>
    /^import \{[^}]*\b(needing|centralEngine)\b/m.test(readFileSync(join(root, file), 'utf8')),
  );
