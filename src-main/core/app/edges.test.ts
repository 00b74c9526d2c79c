import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import { routes } from '../../../src-shared/contract/routes.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { centralEngine } from '../testing/database.ts';
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

const nodeOf = (schema: z.ZodType): Node => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;

describe('the edges of every route', () => {
  let app: TestConsole;
  let world: AuditedWorld;
  let known: Record<string, number>;
  beforeAll(async () => {
    app = await testConsole(await centralEngine().create());
    world = await auditedWorld(app);
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
    async (_operation, spec) => {
      const access = spec.access === 'public' ? [] : spec.access;
      const as = spec.access === 'public' ? null : (access as string[]).includes('admin') ? world.admin : world.partner;
      const params = [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const pathOf = (given: Record<string, unknown>) =>
        spec.path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(given[name] ?? known[name] ?? 1));
      const queryNode = spec.query ? nodeOf(spec.query) : {};
      const bodyNode = spec.body?.kind === 'json' ? nodeOf(spec.body.schema) : null;
      const query = sample({ ...queryNode, properties: queryNode.properties ?? {} }) as Record<string, unknown>;
      const body = bodyNode && sample(bodyNode);

      const broken: unknown[] = [];
      const ask = async (path: string, sent: Record<string, unknown>, json: unknown, tried: unknown) => {
        const text = queryOf(sent);
        const answer = await app.raw(spec.method, text ? `${path}?${text}` : path, {
          as,
          ...(json === null ? {} : { body: JSON.stringify(json) }),
          ...(spec.versioned ? { version: '*' as const } : {}),
          headers: spec.body?.kind === 'stream' ? { 'content-type': spec.body.contentTypes[0]! } : {},
        });
        if (answer.status === 500) broken.push({ tried, answer: await answer.text() });
        else await answer.body?.cancel();
      };
      for (const edge of edges) {
        for (const name of params) if (edge !== '') await ask(pathOf({ [name]: edge }), query, body, { [name]: edge });
        for (const name of Object.keys(queryNode.properties ?? {}))
          await ask(pathOf({}), { ...query, [name]: edge }, body, { [name]: edge });
        for (const path of bodyNode ? leaves(bodyNode) : [])
          await ask(pathOf({}), query, put(body, path, edge), { [path.join('.')]: edge });
      }
      expect(broken.slice(0, 5)).toEqual([]);
    },
    240_000,
  );
});
