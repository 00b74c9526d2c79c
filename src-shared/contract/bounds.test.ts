import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { line, lines } from './common.ts';
import type { RouteSpec } from './route.ts';
import { routes } from './routes.ts';

interface Node {
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  maxLength?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  anyOf?: Node[];
  oneOf?: Node[];
  allOf?: Node[];
  properties?: Record<string, Node>;
  items?: Node;
  prefixItems?: Node[];
  propertyNames?: Node;
  additionalProperties?: Node | boolean;
}

/** Formats and patterns that bound the length by themselves. */
const bounded = (node: Node) =>
  node.maxLength !== undefined ||
  node.format === 'date' ||
  node.format === 'uuid' ||
  /^\^[^*+]*\{\d+(,\d+)?\}\$$/.test(node.pattern ?? '');

/** The places below a schema whose values know no limit. */
function unbounded(node: Node, at: string): string[] {
  const here: string[] = [];
  const least = node.minimum ?? node.exclusiveMinimum;
  const most = node.maximum ?? node.exclusiveMaximum;
  if (node.enum === undefined && node.const === undefined) {
    if (node.type === 'string' && !bounded(node)) here.push(`${at}: text`);
    // What JSON can't hold exactly is no limit that anybody chose, but for ids.
    const chosen = least !== undefined && most !== undefined && least > Number.MIN_SAFE_INTEGER;
    if ((node.type === 'number' || node.type === 'integer') && !chosen) here.push(`${at}: number`);
    if (node.type === 'array' && node.maxItems === undefined && node.prefixItems === undefined)
      here.push(`${at}: list`);
  }
  const below: [string, Node | undefined][] = [
    ...Object.entries(node.properties ?? {}),
    ...[...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? []), ...(node.prefixItems ?? [])].map(
      (one): [string, Node] => ['*', one],
    ),
    ['[]', node.items],
    ['{}', typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined],
    ['name', node.propertyNames],
  ];
  return [...here, ...below.flatMap(([name, one]) => (one ? unbounded(one, `${at}.${name}`) : []))];
}

const parts = Object.entries(routes as Record<string, RouteSpec>).flatMap(([operation, spec]) =>
  (['params', 'query', 'body'] as const).flatMap((part) => {
    const schema = part === 'body' ? (spec.body?.kind === 'json' ? spec.body.schema : undefined) : spec[part];
    return schema ? [{ operation, part, schema }] : [];
  }),
);

it.each(parts)('bounds every text, number and list in the $part of $operation', ({ part, schema }) => {
  // A coerced value has no type as input; what it becomes has.
  const io = part === 'body' ? 'input' : 'output';
  const texts = unbounded(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node, part);
  const numbers = unbounded(z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Node, part);
  expect([...texts, ...numbers.filter((one) => one.endsWith('number'))]).toEqual([]);
});

it('makes texts that look alike the same', () => {
  const same = ['Ame\u0301lie  Poulain', ' Amélie\u00a0Poulain ', 'Amélie\t\nPoulain'];
  expect(same.map((text) => line(1, 200).parse(text))).toEqual(Array(3).fill('Amélie Poulain'));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }), (text) => {
      const first = line(0, 200).safeParse(text);
      if (!first.success) return;
      expect(line(0, 200).parse(first.data)).toBe(first.data);
      expect(first.data).toBe(first.data.trim().normalize('NFC'));
      expect(first.data).not.toMatch(/\s\s/);
    }),
  );
});

it.each(['\u0000', '\u0007', '\u001b', '\ud800', '\udfff', '\u202e', '\u2066', '\u200b', '\ufeff'])(
  'takes no text with %j, which deceives',
  (character) => {
    expect(line(1, 200).safeParse(`a${character}b`).success).toBe(character === '\ufeff');
    expect(lines(200).safeParse(`a${character}b`).success).toBe(false);
  },
);

it('keeps what scripts need', () => {
  for (const text of ['مرحبا', 'می‌خواهم', '👩‍👩‍👧', 'Ω≈ç', 'עברית', 'Zürich–Genève'])
    expect(line(1, 200).parse(text)).toBe(text.normalize('NFC'));
  expect(lines(200).parse('one\ntwo\r\n\tthree')).toBe('one\ntwo\r\n\tthree');
});
