import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plainProfile } from '../../../src-shared/contract/export-profile.ts';
import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import { type OperationId, routes } from '../../../src-shared/contract/routes.ts';
import { AppError } from '../platform/errors.ts';
import { queryObject, validate, withoutOthers } from '../platform/http/validate.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { centralEngine } from '../testing/database.ts';
import { type AuditedRequest, auditedRequests } from './testing/audited-requests.ts';
import { type AuditedWorld, auditedWorld } from './testing/audited-world.ts';

interface Node {
  type?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  minItems?: number;
  anyOf?: Node[];
  oneOf?: Node[];
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  prefixItems?: Node[];
}
type Path = readonly (string | number)[];

/** What nobody sends but somebody will. */
const edges: readonly unknown[] = [
  0,
  -1,
  0.5,
  1e9,
  99_999_999_999,
  Number.MAX_SAFE_INTEGER,
  1e308,
  '',
  ' ',
  'x'.repeat(10_000),
  '9'.repeat(400),
  'a\u0000b',
  'a\ud800b',
  'a\u202eb',
  '%',
  "'\\",
  '0000-01-01',
  '9999-12-31',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999-23:59',
  null,
  [],
  {},
  true,
];

/** Valid requests of routes that the audit log's tests have none for, where one by the schema alone is not enough. */
const byHand = (world: AuditedWorld): Partial<Record<OperationId, AuditedRequest>> => {
  const bbox = 'bbox=-180,-85,180,85&zoom=2';
  return {
    createFirstAdministrator: { body: { username: 'second', displayName: 'Second', password: world.password } },
    previewExport: { body: { profile: plainProfile('csv') } },
    returnDevice: { body: { macAddress: world.trackers[0]!.mac, reason: 'lost' } },
    getMapTrackers: { query: bbox },
    getMapHeat: { query: bbox },
    pinReview: {
      body: {
        ...{ target: { kind: 'client', clientId: world.ids.clientId }, label: 'A review' },
        ...{ from: '2026-11-19T00:00:00Z', to: '2026-11-20T00:00:00Z' },
      },
    },
  };
};

const nodeOf = (schema: z.ZodType): Node => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;

describe('the edges of every route', () => {
  let app: TestConsole;
  let world: AuditedWorld;
  let known: Record<string, number>;
  /** Requests that a handler takes. An edge that is put into one of them gets as far as it can. */
  const valid: Partial<Record<string, AuditedRequest>> = {};
  beforeAll(async () => {
    app = await testConsole(await centralEngine().create());
    world = await auditedWorld(app);
    for (const [operation, recipe] of Object.entries(auditedRequests)) valid[operation] = await recipe(world);
    Object.assign(valid, byHand(world));
    // What is asked for here is only stored.
    await app.parts.jobs.stop();
    const { ids, batchId, manufacturerId, exportId, trackers } = world;
    known = {
      ...ids,
      locationId: ids.storageId!,
      keyBatchId: batchId,
      manufacturerId,
      manufacturerExportId: exportId,
      keyOrderId: exportId,
      trackerId: trackers[0]!.id,
    };
  }, 300_000);
  afterAll(() => app?.close());

  /** A value that a schema may take, with the ids of what is there. */
  function sample(node: Node, name = ''): unknown {
    if (node.const !== undefined) return node.const;
    if (node.enum) return node.enum[0];
    const [choice] = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
    if (choice) return sample(choice, name);
    if (node.properties)
      return Object.fromEntries((node.required ?? []).map((key) => [key, sample(node.properties![key]!, key)]));
    if (node.prefixItems) return node.prefixItems.map((item) => sample(item));
    if (node.type === 'array') return node.items ? [sample(node.items, name.replace(/s$/, ''))] : [];
    if (node.type === 'boolean') return true;
    if (node.type === 'string')
      return (
        { date: '2026-11-20', 'date-time': '2026-11-20T00:00:00Z', uri: 'https://a.example/' }[node.format ?? ''] ??
        'abc'
      );
    return known[name] ?? Math.max(1, node.minimum ?? 1);
  }

  /** Where values stand in what a schema takes, optional ones too. */
  function leaves(node: Node, path: Path = []): Path[] {
    const choices = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
    if (choices.length > 0) return choices.flatMap((choice) => leaves(choice, path));
    if (node.properties)
      return [path, ...Object.entries(node.properties).flatMap(([key, one]) => leaves(one, [...path, key]))];
    if (node.prefixItems) return [path, ...node.prefixItems.flatMap((one, at) => leaves(one, [...path, at]))];
    if (node.items) return [path, ...leaves(node.items, [...path, 0])];
    return [path];
  }

  function put(base: unknown, [key, ...rest]: Path, value: unknown): unknown {
    if (key === undefined) return value;
    if (typeof key === 'number') {
      const list = Array.isArray(base) ? [...base] : [];
      list[key] = put(list[key], rest, value);
      return list;
    }
    const given = typeof base === 'object' && base !== null && !Array.isArray(base) ? base : {};
    return { ...given, [key]: put((given as Record<string, unknown>)[key], rest, value) };
  }

  const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const encoded = (value: unknown) => encodeURIComponent(asText(value).toWellFormed());
  const queryOf = (query: Record<string, unknown>) =>
    Object.entries(query)
      .map(([key, value]) => `${key}=${encoded(value)}`)
      .join('&');

  it.each(Object.entries(routes) as unknown as [string, RouteSpec][])(
    '%s answers them, and never with 500',
    async (operation, spec) => {
      const given = valid[operation] ?? {};
      const access = spec.access === 'public' ? [] : spec.access;
      const usual =
        spec.access === 'public' ? null : (access as string[]).includes('admin') ? world.admin : world.partner;
      const as = given.as ?? usual;
      const params = [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const paramOf = (edge: Record<string, unknown>, name: string) =>
        encoded(edge[name] ?? given.params?.[name] ?? known[name] ?? sample(paramNode.properties?.[name] ?? {}));
      const pathOf = (edge: Record<string, unknown>) =>
        spec.path.replace(/\{(\w+)\}/g, (_, name: string) => paramOf(edge, name));
      const paramNode = spec.params ? nodeOf(spec.params) : {};
      const queryNode = spec.query ? nodeOf(spec.query) : {};
      const bodyNode = spec.body?.kind === 'json' ? nodeOf(spec.body.schema) : null;
      const query = {
        ...(sample({ ...queryNode, properties: queryNode.properties ?? {} }) as Record<string, unknown>),
        ...Object.fromEntries(new URLSearchParams(given.query)),
      };
      const body = bodyNode && (given.body ?? sample(bodyNode));

      // What earlier edges archived or revoked is there again, under a name that no other took meanwhile.
      for (const table of ['clients', 'brands', 'production_runs', 'locations', 'manufacturers'])
        await app.parts.db.query(
          sql`update ${raw(table)} set archived_at = null, name = 'again ' || id where archived_at is not null`,
        );
      await app.parts.db.query(sql`update api_tokens set revoked_at = null where revoked_at is not null`);

      const broken: unknown[] = [];
      /** Whether the router takes a part of a request; it asks the same. What throws anything else there is a 500. */
      const takes = (schema: z.ZodType, value: unknown, part: 'path' | 'query' | 'body') => {
        try {
          validate(schema, value, part);
          return true;
        } catch (error) {
          if (!(error instanceof AppError)) broken.push({ tried: value, answer: error });
          return false;
        }
      };
      const send = async (path: string, sent: Record<string, unknown>, json: unknown) => {
        const text = queryOf(sent);
        // A wrong password is an edge too, and must not hold up the right one.
        if (spec.reauthenticate) await app.parts.db.query(sql`truncate sign_in_attempts`);
        return app.raw(spec.method, text ? `${path}?${text}` : path, {
          as,
          ...(json === null ? {} : { body: JSON.stringify(json) }),
          ...(spec.versioned ? { version: '*' as const } : {}),
          headers: spec.body?.kind === 'stream' ? { 'content-type': spec.body.contentTypes[0]! } : {},
        });
      };
      const ask = async (path: string, sent: Record<string, unknown>, json: unknown, tried: unknown) => {
        const answer = await send(path, sent, json);
        if (answer.status === 500) broken.push({ tried, answer: await answer.text() });
        else await answer.body?.cancel();
      };
      // Without an edge the contract takes the request, so that an edge is all that is wrong with the others.
      const plain = await send(pathOf({}), query, body);
      const { detail = '' } = plain.status === 422 ? await plain.json() : { detail: String(plain.status) };
      if (spec.body?.kind !== 'stream') expect(detail).not.toMatch(/^(Check the|40[013]|500)/);
      // What the contract refuses gets no further, wherever the edge stands: the answer is told by one of each part.
      const once = { path: false, query: false, body: false };
      const first = Object.keys(routes).indexOf(operation) % edges.length;
      for (const edge of [...edges.slice(first), ...edges.slice(0, first)]) {
        for (const name of params) {
          if (edge === '') continue;
          const one = { [name]: edge };
          const sent = Object.fromEntries(params.map((key) => [key, decodeURIComponent(paramOf(one, key))]));
          const isTaken = takes(spec.params!, sent, 'path');
          if (isTaken || !once.path) await ask(pathOf(one), query, body, one);
          once.path ||= !isTaken;
        }
        for (const name of Object.keys(queryNode.properties ?? {})) {
          const sent = { ...query, [name]: edge };
          const isTaken = takes(spec.query!, queryObject(new URLSearchParams(queryOf(sent))), 'query');
          if (isTaken || !once.query) await ask(pathOf({}), sent, body, { [name]: edge });
          once.query ||= !isTaken;
        }
        for (const path of bodyNode ? leaves(bodyNode) : []) {
          const sent = put(body, path, edge);
          const isTaken = spec.body?.kind === 'json' && takes(withoutOthers(spec.body.schema), sent, 'body');
          if (isTaken || !once.body) await ask(pathOf({}), query, sent, { [path.join('.')]: edge });
          once.body ||= !isTaken;
        }
      }
      expect(broken.slice(0, 5)).toEqual([]);
    },
    240_000,
  );
});
