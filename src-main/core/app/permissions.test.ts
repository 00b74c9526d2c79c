import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Permission } from '../../../src-shared/contract/permissions.ts';
import { partyRoles, roles } from '../../../src-shared/contract/roles.ts';
import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import { routes } from '../../../src-shared/contract/routes.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';

const specs = Object.entries(routes) as unknown as [string, RouteSpec][];

describe('the permission matrix, as served', () => {
  let app: TestConsole;
  let operations: Permission[];
  beforeAll(async () => {
    app = await testConsole(await testEngines()[0]!.create());
    const { body } = await app.send('GET', '/permissions', { as: await app.signIn('operations') });
    expect(body.roles).toEqual([...roles, ...partyRoles]);
    operations = body.operations;
  });
  afterAll(() => app?.close());

  it('is the contract: each operation once, open to whom the router lets in', () => {
    expect(operations.map(({ operation }) => operation)).toEqual(specs.map(([operation]) => operation));
    for (const [i, [operation, spec]] of specs.entries()) {
      const { method, path, audited } = spec;
      expect(operations[i]).toMatchObject({ operation, method, path, audited, public: spec.access === 'public' });
      expect(operations[i]!.roles).toEqual(spec.access === 'public' ? [] : [...spec.access]);
      expect(operations[i]!.sessionOnly).toBe(spec.sessionOnly === true);
      // What no token opens has no scope to ask for, and the other way round.
      expect([operation, operations[i]!.scopes.length === 0]).toEqual([
        operation,
        spec.access === 'public' || spec.sessionOnly === true,
      ]);
    }
  });

  it('tells what happens: 403 exactly where it says "may not"', async () => {
    let refused = 0;
    for (const role of roles) {
      const as = await app.signIn(role, role === 'client-viewer' ? await clientId() : null);
      for (const row of operations.filter(({ method, public: open }) => method === 'GET' && !open)) {
        if (row.path === '/events') continue;
        const answer = await app.raw('GET', row.path.replace(/\{\w+\}/g, '999999'), { as });
        await answer.body?.cancel();
        expect([role, row.operation, answer.status === 403]).toEqual([role, row.operation, !row.roles.includes(role)]);
        if (answer.status === 403) refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  let client: Promise<number> | null = null;
  const clientId = () => {
    client ??= app
      .signIn('admin')
      .then((as) => app.send('POST', '/clients', { as, body: { name: 'Aster' } }))
      .then(({ body }) => body.id as number);
    return client;
  };
});
