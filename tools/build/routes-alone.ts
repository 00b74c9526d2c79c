import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RouteSpec } from '../../src-shared/contract/route.ts';

/**
 * A route without its schemas, which are for whoever answers, and would be a fifth of what a first visit loads, and
 * without its summary.
 */
function withoutSchemas({ params, query, body, output, summary, ...rest }: RouteSpec): object {
  return { ...rest, output: { kind: output.kind }, ...(body?.kind === 'stream' ? { body } : {}) };
}

/** Plugin of the renderer's build: the contract's table of routes without its schemas. */
export function routesAlone(root: string) {
  const file = join(root, 'src-shared', 'contract', 'routes.ts');
  return {
    name: 'routes-alone',
    // While somebody changes the contract it is read as it is.
    apply: 'build' as const,
    async load(id: string) {
      if (id !== file.replaceAll('\\', '/')) return null;
      const { routes, API_PREFIX } = (await import(pathToFileURL(file).href)) as {
        routes: Record<string, RouteSpec>;
        API_PREFIX: string;
      };
      // Nothing else may be taken from it, lest it be missing only where nobody looks.
      const others = [...readFileSync(file, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)].map(
        ([, name]) => name,
      );
      if (others.sort().join() !== 'API_PREFIX,routes') throw new Error(`${file} exports more than the build knows`);
      const table = Object.fromEntries(
        Object.entries(routes).map(([operation, spec]) => [operation, withoutSchemas(spec)]),
      );
      return `export const API_PREFIX = ${JSON.stringify(API_PREFIX)};\nexport const routes = ${JSON.stringify(table)};`;
    },
  };
}
