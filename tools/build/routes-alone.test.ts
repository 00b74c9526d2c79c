import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RouteSpec } from '../../src-shared/contract/route.ts';
import { API_PREFIX, routes } from '../../src-shared/contract/routes.ts';
import { routesAlone } from './routes-alone.ts';

const root = join(import.meta.dirname, '..', '..');

it('keeps how each route is asked, and no schema', async () => {
  const { load } = routesAlone(root);
  expect(await load(join(root, 'src-shared', 'contract', 'route.ts'))).toBeNull();
  const text = (await load(join(root, 'src-shared', 'contract', 'routes.ts'))) as string;
  const made = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  expect(made.API_PREFIX).toBe(API_PREFIX);
  const known = Object.entries(routes).map(([operation, spec]) => {
    const { params, query, body, output, summary, ...rest } = spec as unknown as RouteSpec;
    return [operation, JSON.parse(JSON.stringify(rest))];
  });
  expect(made.routes).toMatchObject(Object.fromEntries(known));
  expect(Object.keys(made.routes)).toEqual(Object.keys(routes));
  expect(made.routes.importManufacturedDevices.body.contentTypes).toContain('text/csv');
  expect(text).not.toContain('schema');
});
