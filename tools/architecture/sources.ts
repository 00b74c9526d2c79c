import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

/** The folder of the repository. */
export const root = join(import.meta.dirname, '..', '..');

const slashed = (path: string) => path.split(sep).join('/');
const isTest = (file: string) => /\.test\.tsx?$/.test(file) || file.includes('/testing/');

/** Every source file below the folders with its text, tests and their helpers left out. Names are relative to the root. */
export function readSources(...folders: string[]): Map<string, string> {
  const files = folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => slashed(relative(root, join(entry.parentPath, entry.name))))
    .filter((file) => !isTest(file) && !file.includes('node_modules'));
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/** Every folder of source files. */
export const sourceFolders = ['src-shared', 'src-main', 'src-worker', 'src-renderer', 'tools'];

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(type\s)?(?:[^'"]*?from\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;

export interface Import {
  specifier: string;
  /** Erased before the file runs. An import whose names are all marked as types one by one is not: it still loads the file. */
  typeOnly: boolean;
}

/** What a file's text imports, however it is written. */
export const importsOf = (text: string): Import[] =>
  [...text.matchAll(IMPORT)].map(([, type, specifier, dynamic]) => ({
    specifier: (specifier ?? dynamic) as string,
    typeOnly: type !== undefined,
  }));

/** The file that a relative import means, relative to the root; null for a package. */
export const targetOf = (file: string, { specifier }: Import): string | null =>
  specifier.startsWith('.') ? posix.join(slashed(dirname(file)), specifier) : null;

/** The files that a file's text imports, packages left out. */
export const targetsOf = (file: string, text: string): string[] =>
  importsOf(text).flatMap((each) => targetOf(file, each) ?? []);
