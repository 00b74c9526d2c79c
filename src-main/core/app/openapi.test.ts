import { describe, expect, it } from 'vitest';
import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import { routes } from '../../../src-shared/contract/routes.ts';
import { openApiDocument } from '../platform/http/openapi.ts';

type Node = { [key: string]: unknown };
const document = openApiDocument('1.2.3') as {
  openapi: string;
  info: Node;
  paths: Record<string, Record<string, Node & { parameters?: Node[]; responses: Record<string, Node> }>>;
  components: Node;
};
const specs = Object.entries(routes) as unknown as [string, RouteSpec][];

/** A preview that stores nothing, the picture behind the map, counts for a scraper: nothing that anybody will ask about later. */
const harmless = new Set([
  'previewExport',
  'getMapTiles',
  'getMapTile',
  'getMetrics',
  'previewOutline',
  'getFenceSurroundings',
  'planMapPack',
]);

describe('OpenAPI document', () => {
  it('is OpenAPI 3.1 and plain JSON', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ version: '1.2.3', title: expect.any(String) });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it.each(specs)('describes %s', (operationId, spec) => {
    const operation = document.paths[spec.path]?.[spec.method.toLowerCase()];
    expect(operation).toMatchObject({ operationId, summary: spec.summary, tags: [spec.tag] });
    expect(operation!.responses).toHaveProperty(String(spec.status));
    expect(operation!.responses).toHaveProperty('default');
    const parameters = operation!.parameters ?? [];
    const inPath = [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name)).toEqual(inPath);
    for (const parameter of parameters) {
      expect(parameter.schema, `${operationId} ${String(parameter.name)}`).toSatisfy(
        (schema: Node) => Object.keys(schema).length > 0,
      );
      if (parameter.in === 'path') expect(parameter.required).toBe(true);
    }
    expect('requestBody' in operation!).toBe(spec.body !== undefined);
    const ways = (operation!.security as Node[]).flatMap((way) => Object.keys(way));
    expect(ways.includes('sessionCookie') && ways.includes('sessionToken')).toBe(spec.access !== 'public');
    expect(ways.includes('apiToken')).toBe(spec.access !== 'public' && !spec.sessionOnly);
    expect(operation!['x-scopes'] !== undefined).toBe(ways.includes('apiToken'));
  });

  it.each(specs)('%s is audited when it changes something or gives away a file', (operationId, spec) => {
    if (harmless.has(operationId)) return;
    const exported = spec.output.kind === 'file' && spec.access !== 'public';
    if (spec.method !== 'GET' || exported) expect(spec.audited).not.toBeNull();
  });

  it('has one operation id each, no others, and no dangling reference', () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual(specs.map(([id]) => id).sort());
    const look = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key !== '$ref') look(value);
        else {
          const parts = String(value).replace('#/', '').split('/');
          expect(
            parts.reduce<unknown>((at, part) => (at as Node | undefined)?.[part], document),
            String(value),
          ).toBeDefined();
        }
      }
    };
    look(document);
  });
});
