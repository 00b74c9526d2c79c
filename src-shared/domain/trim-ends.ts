/**
 * The text without the characters at its ends that are `outside`. By index, since a pattern that ends in `$` is tried
 * anew at each of its characters: a long run of them in the middle takes quadratic time.
 */
export function trimEnds(text: string, outside: (character: string) => boolean): string {
  let start = 0;
  let end = text.length;
  while (start < end && outside(text[start]!)) start++;
  while (end > start && outside(text[end - 1]!)) end--;
  return text.slice(start, end);
}
