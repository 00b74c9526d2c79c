import type { FormErrors } from '@mantine/form';
import type { z } from 'zod';
import { issueSentence } from '../../../src-shared/contract/issue-sentence.ts';
import type { RouteSpec } from '../../../src-shared/contract/route.ts';

type Values = Record<string, unknown>;
/** What a field says when the contract refuses it, where that should say more than the contract does. */
export type FieldWords<T> = { readonly [K in keyof T & string]?: string | ((issue: z.core.$ZodIssue) => string) };

/** The field of a form that holds what stands at a path of the request: the innermost that has a name on the form. */
const fieldAt = (path: readonly PropertyKey[], values: Values): string | undefined =>
  path.map(String).findLast((part) => Object.hasOwn(values, part));

/** A number as typed; not a number where nothing is. */
export const numberOf = (typed: number | string): number => (typed === '' ? Number.NaN : Number(typed));
/** Whether an issue is that nothing was entered where a number has to be. */
export const isMissing = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_type' && issue.expected === 'number';

/** A route that takes JSON, as its own contract file has it. */
export type JsonRoute = Pick<RouteSpec, 'body'>;

/**
 * A form's check by the schema of the request that it sends: what the server would refuse is said beside its field before
 * anything is sent. Take the route from its own contract file, since the built console knows the table of all without schemas.
 */
export function checkedBy<T extends Values>(
  { body }: JsonRoute,
  toBody: (values: T) => unknown,
  words: FieldWords<NoInfer<T>> = {},
  also: (values: T) => FormErrors = () => ({}),
): (values: T) => FormErrors {
  return (values) => {
    const errors: FormErrors = also(values);
    if (body?.kind !== 'json') return errors;
    const { error } = body.schema.safeParse(toBody(values), { error: issueSentence });
    for (const issue of error?.issues ?? []) {
      const field = fieldAt(issue.path, values);
      if (field === undefined || errors[field]) continue;
      const word = words[field as keyof typeof words];
      errors[field] = typeof word === 'function' ? word(issue) : (word ?? issue.message);
    }
    return errors;
  };
}
