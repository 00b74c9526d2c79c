type Values = Record<string, unknown>;
type Field<T> = keyof T & string;

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** The fields that differ. */
export const changedFields = <T extends Values>(was: T, is: T): Field<T>[] =>
  (Object.keys(is) as Field<T>[]).filter((field) => !same(was[field], is[field]));

/** What of a request's body differs from the one that the form was opened with. */
export const onlyChanged = <B extends object>(was: B, is: B): Partial<B> =>
  Object.fromEntries(Object.entries(is).filter(([key, value]) => !same((was as Values)[key], value))) as Partial<B>;

export interface Merge<T> {
  /** What both have changed, with what this person typed where both changed the same field. */
  merged: T;
  /** Fields that both have changed, to different values. */
  clashes: Field<T>[];
  /** Fields that only the other has changed. */
  taken: Field<T>[];
}

/**
 * Puts what a person changed in a form over what another has saved meanwhile. Fields that only one of them touched need
 * nobody's decision.
 */
export function mergeOver<T extends Values>(base: T, mine: T, theirs: T): Merge<T> {
  const changedHere = new Set(changedFields(base, mine));
  const changedThere = changedFields(base, theirs);
  const clashes = changedThere.filter((field) => changedHere.has(field) && !same(mine[field], theirs[field]));
  const taken = changedThere.filter((field) => !changedHere.has(field));
  return { merged: { ...mine, ...Object.fromEntries(taken.map((field) => [field, theirs[field]])) }, clashes, taken };
}
