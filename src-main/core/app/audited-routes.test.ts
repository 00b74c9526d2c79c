import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import { type OperationId, routes } from '../../../src-shared/contract/routes.ts';
import type { Database } from '../platform/db/queryable.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { testEngines } from '../testing/database.ts';
import { type AuditedRequest, auditedElsewhere, auditedRequests } from './testing/audited-requests.ts';
import { type AuditedWorld, auditedWorld } from './testing/audited-world.ts';

const specOf = (operation: string) => routes[operation as OperationId] as unknown as RouteSpec;
const audited = Object.keys(routes).filter((operation) => specOf(operation).audited !== null);
/** Jobs write entries too, in their own time; their actions are not those of routes. */
const actions = new Set(audited.map((operation) => specOf(operation).audited));
const core = join(import.meta.dirname, '..');

/** A database whose transactions roll back at their end when they wrote to the audit log, while `fails` says so. */
const failing = (db: Database, fails: () => boolean): Database => ({
  ...db,
  transaction: (scope, work) =>
    db.transaction(scope, async (tx) => {
      let wrote = false;
      const value = await work({
        ...tx,
        query: (statement) => {
          wrote ||= statement.sql.includes('append_audit(');
          return tx.query(statement);
        },
      });
      if (wrote && fails()) throw new Error('the transaction fails at its end, as the test wants it');
      return value;
    }),
});

describe('what is audited', () => {
  it('is tried here, or in a test that is named with the reason', async () => {
    const tried = Object.keys(auditedRequests);
    const elsewhere = Object.keys(auditedElsewhere);
    expect([...tried, ...elsewhere].sort()).toEqual([...audited].sort());
    for (const [operation, { why, test }] of Object.entries(auditedElsewhere)) {
      expect(why).not.toBe('');
      const text = await readFile(join(core, test), 'utf8');
      const named = [operation, specOf(operation).audited!].some((name) => text.includes(name));
      expect([operation, named]).toEqual([operation, true]);
    }
  });

  it('is whatever changes something, and says why where it is not', () => {
    const silent = Object.keys(routes).filter((operation) => {
      const { method, audited: action } = specOf(operation);
      return method !== 'GET' && action === null;
    });
    expect(silent.sort()).toEqual(Object.keys(changesNothing).sort());
  });
});

/** Routes that are not GET and write no entry. */
const changesNothing: Record<string, string> = {
  previewExport: 'shows the beginning of a file, of which nothing is kept',
  previewOutline: 'reads, with an outline that no address has room for',
  getFenceSurroundings: 'reads, with an outline that no address has room for',
  planMapPack: 'counts what a map would take, and takes nothing',
};

describe.each(testEngines())('audit entries on $name', ({ create }) => {
  let app: TestConsole;
  let world: AuditedWorld;
  let fails = false;
  let refused: { status: number; actions: string[] };
  beforeAll(async () => {
    const database = await create();
    app = await testConsole({ ...database, db: failing(database.db, () => fails) });
    fails = true;
    const body = { username: 'ada', displayName: 'Ada', password: 'a password of nobody' };
    const { status } = await app.send('POST', '/setup', { body });
    fails = false;
    refused = { status, actions: (await entries(0)).map(({ action }) => action) };
    world = await auditedWorld(app);
  });
  afterAll(() => app?.close());

  const entries = async (after: number) => {
    const { rows } = await app.parts.db.query<{ sequence: number; action: string }>(
      sql`select sequence, action from audit_entries where sequence > ${after} order by sequence`,
    );
    return rows.filter(({ action }) => actions.has(action));
  };
  const newest = async () => (await entries(0)).at(-1)?.sequence ?? 0;
  const ask = async (operation: string, { params, query, body, csv, as }: AuditedRequest) => {
    const spec = specOf(operation);
    const path = spec.path.replace(/\{(\w+)\}/g, (_, key: string) => String(params?.[key] ?? ''));
    const answer = await app.raw(spec.method, query ? `${path}?${query}` : path, {
      as: spec.access === 'public' ? null : (as ?? world.admin),
      ...(body === undefined ? {} : { body }),
      headers: {
        ...(csv ? { 'content-type': 'text/csv' } : {}),
        ...(spec.versioned && spec.method === 'DELETE' ? { 'if-match': '*' } : {}),
      },
    });
    return { status: answer.status, text: (await answer.text()).slice(0, 300) };
  };

  it('createFirstAdministrator: the same, with which this console began', async () => {
    expect(refused).toEqual({ status: 500, actions: [] });
    const all = (await entries(0)).map(({ action }) => action);
    expect(all.filter((action) => action === specOf('createFirstAdministrator').audited)).toEqual(all.slice(0, 1));
  });

  it.each(Object.keys(auditedRequests))('%s: one when it succeeds, none when it rolls back', async (operation) => {
    const recipe = auditedRequests[operation as OperationId]!;
    const spec = specOf(operation);
    let request = await recipe(world);
    const before = await newest();
    fails = true;
    const failed = await ask(operation, request).finally(() => {
      fails = false;
    });
    expect(failed).toMatchObject({ status: 500 });
    expect(await entries(before)).toEqual([]);

    // The same once more: had the first left anything behind, it would be refused.
    if (request.onceOnly) request = await recipe(world);
    const start = await newest();
    const done = await ask(operation, request);
    expect(done.status, done.text).toBe(spec.status);
    expect((await entries(start)).map(({ action }) => action)).toEqual([spec.audited]);
  });

  it('leaves a chain that verifies', async () => {
    const { body } = await app.send('GET', '/audit-entries/verification', { as: world.admin });
    expect(body).toMatchObject({ ok: true });
    expect(body.entries).toBeGreaterThan(audited.length);
  });
});
