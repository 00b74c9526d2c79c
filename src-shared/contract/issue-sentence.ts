import type { z } from 'zod';

const wanted: Record<string, string> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a date',
  null: 'null',
};

const formats: Record<string, string> = {
  datetime: 'Give a time as in 2026-11-23T08:15:00Z.',
  date: 'Give a date as in 2026-11-23.',
  url: 'Give a whole address, as in https://example.com/.',
  uuid: 'Give a UUID, as in 123e4567-e89b-42d3-a456-426614174000.',
  base64: 'Give base64.',
};

const count = (bound: unknown, one: string) =>
  `${bound} ${Number(bound) === 1 ? one : one.replace(/y?$/, (y) => (y ? 'ies' : 's'))}`;

function size({ origin }: { origin?: unknown }, text: string, bound: unknown): string {
  if (origin === 'string') return `Use ${text} ${count(bound, 'character')}.`;
  if (origin === 'array') return `Give ${text} ${count(bound, 'entry')}.`;
  return `Use ${text} ${bound}.`;
}

/** What the options of a union ask for, each once; the first thing that each lacks. */
function anyOf(errors: readonly (readonly z.core.$ZodIssue[])[]): string {
  const asked = errors.flatMap(([first]) =>
    first ? [first.path.length > 0 ? `${first.path.join('.')}: ${first.message}` : first.message] : [],
  );
  return [...new Set(asked)].join(' Or: ') || 'Give one of the forms that are described for it.';
}

/**
 * What to do about an issue that a schema found, where zod would say what is wrong with it. A schema's own messages come
 * first. Of every body, query and path, on the server and on forms.
 */
export function issueSentence(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'This is needed.'
        : `Give ${wanted[String(issue.expected)] ?? 'another value'}.`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'This is needed.';
      return size(issue, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return size(issue, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'unrecognized_keys':
      return `There is no field ${(issue.keys as string[]).join(', ')} here. Leave it out.`;
    case 'invalid_value':
      return `Use ${(issue.values as unknown[]).length > 1 ? 'one of: ' : ''}${(issue.values as unknown[]).join(', ')}.`;
    case 'invalid_union':
      return issue.options
        ? `Use one of: ${(issue.options as unknown[]).join(', ')}.`
        : anyOf(issue.errors as z.core.$ZodIssue[][]);
    case 'invalid_format':
      return formats[String(issue.format)] ?? 'Check how this is written.';
    case 'not_multiple_of':
      return `Use a multiple of ${issue.divisor}.`;
    default:
      return 'Check this value.';
  }
}
