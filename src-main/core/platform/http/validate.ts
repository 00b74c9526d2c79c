import { z } from 'zod';
import { issueSentence } from '../../../../src-shared/contract/issue-sentence.ts';
import type { FieldProblem } from '../../../../src-shared/contract/problem.ts';
import { AppError } from '../errors.ts';

/**
 * The schema of a body or a query, refusing fields that it does not have: what a caller may not set must not be accepted
 * silently, nor a misspelt field be lost.
 */
export function withoutOthers(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return schema.strict();
  if (schema instanceof z.ZodDiscriminatedUnion)
    return z.discriminatedUnion(
      schema.def.discriminator,
      schema.options.map((option) => withoutOthers(option as z.ZodType)) as never,
    );
  return schema;
}

/** The query of a route that has none. */
export const noQuery = z.object({});

const whereIs = { path: 'the address', query: 'the query', body: 'the form' };
const LEAVE_OUT = 'This holds a character that can’t be stored. Leave it out.';

/**
 * The path of a text with NUL or half a surrogate pair, which no database stores, wherever it stands; null without one. No
 * recursion, since a body may be nested as deep as it is long.
 */
function unstorable(value: unknown): string | null {
  const open: [path: string, value: unknown][] = [['', value]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [path, inner] = next;
    if (typeof inner === 'string') {
      if (inner.includes('\u0000') || !inner.isWellFormed()) return path.slice(0, 200);
    } else if (typeof inner === 'object' && inner !== null) {
      for (const [key, one] of Object.entries(inner)) {
        open.push([path === '' ? key : `${path}.${key}`, one]);
        if (key.includes('\u0000') || !key.isWellFormed()) return path.slice(0, 200);
      }
    }
  }
  return null;
}

/** Checks a part of a request. Throws AppError `validation-failed` with a sentence for each field. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, part: 'path' | 'query' | 'body'): z.output<S> {
  const odd = unstorable(value);
  if (odd !== null)
    throw new AppError('validation-failed', `Check ${whereIs[part]}. ${odd}: ${LEAVE_OUT}`, {
      fields: [{ path: odd, message: LEAVE_OUT }],
    });
  const parsed = schema.safeParse(value, { error: issueSentence });
  if (parsed.success) return parsed.data;
  const fields: FieldProblem[] = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }));
  const said = fields
    .slice(0, 3)
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join(' ');
  const more = fields.length > 3 ? ` And ${fields.length - 3} more.` : '';
  throw new AppError('validation-failed', `Check ${whereIs[part]}. ${said}${more}`, { fields });
}

/** A query string as an object. A name that comes twice is refused, since either value could be meant. */
export function queryObject(search: URLSearchParams): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [key, value] of search) {
    if (Object.hasOwn(query, key)) {
      throw new AppError('validation-failed', `Check the query. ${key} is given twice.`, {
        fields: [{ path: key, message: 'Give it once.' }],
      });
    }
    query[key] = value;
  }
  return query;
}
