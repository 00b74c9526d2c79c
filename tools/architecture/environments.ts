import { builtinModules } from 'node:module';
import { importsOf, targetOf } from './sources.ts';

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
type Environment = (typeof environments)[number][0];

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
  // The benches encrypt reports as the simulated phones do.
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

const environmentOf = (path: string): Environment | null =>
  environments.find(([, folder]) => path.startsWith(folder))?.[0] ?? null;

/** What a file imports that its environment may not. `file` is relative to the root, with forward slashes. */
export function wrongEnvironments(file: string, text: string): string[] {
  const from = environmentOf(file);
  if (from === null) return [];
  return importsOf(text).flatMap((each) => {
    const target = targetOf(file, each);
    const why = target === null ? wrongPackage(from, each.specifier) : pointsBack(from, target);
    return why === null ? [] : [`${file} imports ${each.specifier}: ${why}.`];
  });
}

function pointsBack(from: Environment, target: string): string | null {
  const to = environmentOf(target);
  return to === null || mayImport[from].includes(to) ? null : `${from} may not import ${to}`;
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
