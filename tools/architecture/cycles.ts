import { importsOf, targetOf } from './sources.ts';

/** Cycles of files that import each other for values, as `a -> b -> a`: of each knot of files a shortest one at least. */
export function cyclesIn(sources: ReadonlyMap<string, string>): string[] {
  const edges = new Map([...sources].map(([file, text]) => [file, valueTargetsOf(file, text)]));
  const seen = new Set<string>();
  return [...edges.keys()].sort().flatMap((file) => {
    const cycle = seen.has(file) ? null : shortestCycle(file, edges);
    if (cycle === null) return [];
    for (const each of cycle) seen.add(each);
    return [[...cycle, file].join(' -> ')];
  });
}

const valueTargetsOf = (file: string, text: string): string[] =>
  importsOf(text).flatMap((each) => (each.typeOnly ? [] : (targetOf(file, each) ?? [])));

function shortestCycle(start: string, edges: ReadonlyMap<string, readonly string[]>): string[] | null {
  const before = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const target of edges.get(file) ?? []) {
      if (target === start) return pathTo(file, start, before);
      if (before.has(target)) continue;
      before.set(target, file);
      queue.push(target);
    }
  }
  return null;
}

function pathTo(end: string, start: string, before: ReadonlyMap<string, string>): string[] {
  const path = [end];
  while (path[0] !== start) path.unshift(before.get(path[0] as string) as string);
  return path;
}
