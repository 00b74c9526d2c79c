import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';

/** Each environment has globals of its own, and may import only some of the others. The first folder that fits counts. */
const environments = [
  ['shared', 'src-shared/'],
  ['core', 'src-main/core/'],
  ['node', 'src-main/node/'],
  ['electron', 'src-main/electron/'],
  ['worker', 'src-worker/'],
  ['renderer', 'src-renderer/'],
  ['demo', 'src-main/demo/'],
  ['tools', 'tools/'],
] as const;
export type Environment = (typeof environments)[number][0];

/** What each environment may import. Nothing points back: shared <- core <- {node, electron}, shared <- worker, shared <- renderer. */
const mayImport: Record<Environment, readonly Environment[]> = {
  shared: ['shared'],
  core: ['core', 'shared'],
  // The hosts start the demo on request; it comes with them, and nothing else of the product knows it.
  node: ['node', 'core', 'shared', 'demo'],
  electron: ['electron', 'core', 'shared', 'demo'],
  worker: ['worker', 'core', 'shared'],
  renderer: ['renderer', 'shared'],
  demo: ['demo', 'core', 'shared'],
  tools: ['tools', 'demo', 'core', 'shared', 'worker', 'node'],
};

/** Packages that only some environments may use; a package that is not listed is free to all but `shared`. */
const sharedPackages = new Set(['zod', '@noble/hashes']);
const onlyIn: Record<string, readonly Environment[]> = {
  electron: ['electron'],
  react: ['renderer'],
  leaflet: ['renderer'],
  pg: ['core', 'worker', 'tools', 'demo'],
  ioredis: ['core', 'worker', 'tools'],
  'better-sqlite3': ['core', 'worker', 'tools'],
};
const builtins = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

export interface Violation {
  file: string;
  imports: string;
  why: string;
}

const environmentOf = (path: string): Environment | null =>
  environments.find(([, folder]) => path.startsWith(folder))?.[0] ?? null;

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?from\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;

/** What a file's text imports, whether for types or values. */
export const importsOf = (text: string): string[] =>
  [...text.matchAll(IMPORT)].map((match) => (match[1] ?? match[2]) as string);

/** Judges one file; `file` is relative to the root, with forward slashes. */
export function violationsOf(file: string, text: string): Violation[] {
  const from = environmentOf(file);
  if (from === null) return [];
  return importsOf(text).flatMap((specifier): Violation[] => {
    const why = specifier.startsWith('.') ? pointsBack(from, file, specifier) : wrongPackage(from, specifier);
    return why === null ? [] : [{ file, imports: specifier, why }];
  });
}

function pointsBack(from: Environment, file: string, specifier: string): string | null {
  const target = environmentOf(join(dirname(file), specifier).split(sep).join('/'));
  if (target === null || mayImport[from].includes(target)) return null;
  return `${from} may not import ${target}`;
}

function wrongPackage(from: Environment, specifier: string): string | null {
  const name = specifier.startsWith('@')
    ? specifier.split('/').slice(0, 2).join('/')
    : (specifier.split('/')[0] as string);
  if (builtins.has(specifier) || builtins.has(name)) {
    return from === 'shared' || from === 'renderer' ? `${from} has no Node` : null;
  }
  if (from === 'shared' && !sharedPackages.has(name)) return `shared may only import ${[...sharedPackages].join(', ')}`;
  const allowed = onlyIn[name];
  return allowed && !allowed.includes(from) ? `${name} belongs to ${allowed.join(', ')}` : null;
}

/** Every source file below a folder, tests and their helpers left out. */
export function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('/testing/') && !path.includes('node_modules'));
}

export const readSource = (root: string, file: string): string => readFileSync(join(root, file), 'utf8');
