/**
 * An array of numbers as the text that `${…}::bigint[]` takes. Given an array, `pg` makes the same text by quoting and
 * escaping each element, which takes several times as long; some statements have ten thousand of them.
 */
export function numbers(values: readonly (number | null)[]): string {
  let text = '';
  for (const value of values) text += `,${value ?? 'NULL'}`;
  return `{${text.slice(1)}}`;
}

/** Times as `numbers` of milliseconds, to be turned back by `to_timestamp(… / 1000)`. */
export const times = (values: readonly (Date | null)[]): string => numbers(values.map((value) => value && +value));

/** Values of the same length one after the other, for one parameter of bytes. */
export const packed = (values: readonly Uint8Array[]): Buffer => Buffer.concat(values);
