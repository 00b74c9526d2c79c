import { z } from 'zod';
import type { FieldProblem } from '../../../../src-shared/contract/problem.ts';
import { AppError } from '../errors.ts';

/** Says what to do, where zod would say what is wrong. A schema's own messages come first. */
function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  const size = (text: string, bound: unknown) =>
    issue.origin === 'string'
      ? `Use ${text} ${bound} characters.`
      : issue.origin === 'array'
        ? `Give ${text} ${bound} entries.`
        : `Use ${text} ${bound}.`;
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'This is needed.';
      if (issue.expected === 'int') return 'Give a whole number.';
      return `Give ${{ number: 'a number', string: 'a text', boolean: 'true or false', array: 'a list', object: 'an object' }[issue.expected as string] ?? `a value of type ${issue.expected}`}.`;
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1 ? 'This is needed.' : size('at least', issue.minimum);
    case 'too_big':
      return size('at most', issue.maximum);
    case 'unrecognized_keys':
      return `There is no field ${(issue.keys as string[]).join(', ')} here. Leave it out.`;
    case 'invalid_value':
      return `Use one of: ${(issue.values as unknown[]).join(', ')}.`;
    case 'invalid_format':
      if (issue.format === 'datetime') return 'Give a time as in 2026-11-23T08:15:00Z.';
      if (issue.format === 'date') return 'Give a date as in 2026-11-23.';
      return undefined;
    default:
      return undefined;
  }
}

/**
 * The schema of a body, refusing fields that it does not have: what a caller may not set must not be accepted silently,
 * nor a misspelt field be lost.
 */
export const withoutOthers = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodObject ? schema.strict() : schema;

/** Checks a part of a request. Throws AppError `validation-failed` with a sentence for each field. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, part: 'path' | 'query' | 'body'): z.output<S> {
  const parsed = schema.safeParse(value, { error: sentence });
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
  const where = { path: 'the address', query: 'the query', body: 'the form' }[part];
  throw new AppError('validation-failed', `Check ${where}. ${said}${more}`, { fields });
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
