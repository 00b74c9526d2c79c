import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { RouteSpec } from '../../../../src-shared/contract/route.ts';
import { routes } from '../../../../src-shared/contract/routes.ts';
import { AppError } from '../errors.ts';
import { validate, withoutOthers } from './validate.ts';

/** How zod says by itself what is wrong, and what ours says where it knows nothing better. */
const ZODS =
  /\bInvalid\b|\bExpected\b|\bexpected\b|\breceived\b|Unrecognized|Too (big|small)|must match pattern|NaN|undefined|Check this value|another value/;

/** A schema’s own parts, as far as they are asked for something here. */
interface Node {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
  items?: z.ZodType[];
  valueType?: z.ZodType;
  values?: unknown[];
  entries?: Record<string, unknown>;
}

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    '',
    ' ',
    'x',
    '\u202e',
    'http://x',
    '2026-13-45',
    -1,
    0,
    0.5,
    1e300,
    [],
    {},
    { kind: 'x', type: 'x' },
  ),
  fc.constantFrom<unknown>(
    'x'.repeat(5000),
    Array.from({ length: 300 }, () => null),
  ),
);

/** Values of about the form of a schema, with something wrong at any depth. */
function nearly(schema: z.ZodType, depth = 0): fc.Arbitrary<unknown> {
  const node = schema.def as unknown as Node;
  if (depth > 7) return junk;
  const inner = (one: z.ZodType) => nearly(one, depth + 1);
  const shaped = (): fc.Arbitrary<unknown> => {
    if (node.shape)
      return fc.record(Object.fromEntries(Object.entries(node.shape).map(([key, one]) => [key, inner(one)])), {
        requiredKeys: [],
      });
    if (node.options) return fc.oneof(...node.options.map(inner));
    if (node.element) return fc.array(inner(node.element), { maxLength: 2 });
    if (node.items) return fc.tuple(...node.items.map(inner));
    if (node.valueType) return fc.dictionary(fc.constantFrom('a', 'b'), inner(node.valueType), { maxKeys: 2 });
    if (node.innerType ?? node.in) return inner((node.innerType ?? node.in)!);
    if (node.values) return fc.constantFrom(...node.values);
    if (node.entries) return fc.constantFrom(...Object.values(node.entries));
    return junk;
  };
  return fc.oneof({ arbitrary: junk, weight: 1 }, { arbitrary: shaped(), weight: 4 });
}

function saidOf(schema: z.ZodType, value: unknown): string[] {
  try {
    validate(schema, value, 'body');
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.extras.fields ?? []).map(({ message }) => message);
  }
}

describe('what a refused request says', () => {
  const parts = Object.entries(routes as Record<string, RouteSpec>).flatMap(([id, { params, query, body }]) => [
    ...(params ? [[`path of ${id}`, params] as const] : []),
    ...(query ? [[`query of ${id}`, withoutOthers(query)] as const] : []),
    ...(body?.kind === 'json' ? [[`body of ${id}`, withoutOthers(body.schema)] as const] : []),
  ]);

  it('is a sentence of ours, whatever is wrong, on every route', () => {
    const theirs = new Map<string, string>();
    for (const [name, schema] of parts)
      fc.assert(
        fc.property(nearly(schema), (value) => {
          for (const text of saidOf(schema, value)) if (ZODS.test(text)) theirs.set(name, text);
        }),
        { numRuns: 40, endOnFailure: true },
      );
    expect([...theirs]).toEqual([]);
  });

  it('names what can be chosen where a kind is unknown, and what each form lacks', () => {
    const target = (routes.pinReview.body as { schema: z.ZodType }).schema;
    expect(
      saidOf(target, { target: { kind: 'x' }, label: 'a', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }),
    ).toContain('Use one of: client, run, area.');
    const login = (routes.renewReportSourceLogin.body as { schema: z.ZodType }).schema;
    expect(saidOf(login, { credentials: {} })).toContain('dsid: This is needed. Or: username: This is needed.');
  });
});
