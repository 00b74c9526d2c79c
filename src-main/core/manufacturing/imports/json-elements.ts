import { AppError } from '../../platform/errors.ts';

/** One device is a handful of short fields. */
const MAX_ELEMENT = 64 * 1024;

/** Says that a JSON file doesn't have the form that can be read, why, and which form that is. */
export const notObjects = (detail: string, example = '{"mac": "…", "advertisementKey": "…"}') =>
  new AppError('bad-request', `The file is not a JSON array of objects: ${detail} Send [${example}, …].`);

/**
 * The elements of a JSON array, one after the other, without holding the array: the text is cut where an element of
 * the outermost array ends, and each piece goes to JSON.parse. A single object is an array of one. Throws AppError
 * `bad-request`, also for a file that ends too early; `example` is an element as this import wants it.
 */
export async function* jsonElements(
  text: AsyncIterable<string>,
  example?: string,
): AsyncGenerator<unknown, void, undefined> {
  const refused = (detail: string) => notObjects(detail, example);
  let state = 'before' as 'before' | 'element' | 'single' | 'after';
  let depth = 0;
  let inString = false;
  let escaped = false;
  let element = '';
  let count = 0;

  const parse = (): unknown => {
    count++;
    try {
      return JSON.parse(element);
    } catch {
      throw refused(`entry ${count} can’t be read.`);
    }
  };
  for await (const chunk of text) {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const c = chunk[i]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (c === '\\') escaped = true;
        else if (c === '"') inString = false;
        continue;
      }
      if (state === 'single') {
        if (c === '"') inString = true;
        else if (c === '[' || c === '{') depth++;
        else if ((c === ']' || c === '}') && --depth === 0) {
          element += chunk.slice(from, i + 1);
          yield parse();
          element = '';
          state = 'after';
        }
      } else if (state === 'element') {
        if (c === '"') inString = true;
        else if (c === '[' || c === '{') depth++;
        else if (depth > 0 && (c === ']' || c === '}')) depth--;
        else if (depth === 0 && (c === ',' || c === ']')) {
          element += chunk.slice(from, i);
          if (element.trim() !== '' || c === ',' || count > 0) yield parse();
          element = '';
          from = i + 1;
          if (c === ']') state = 'after';
        }
      } else if (!/\s/.test(c)) {
        if (state === 'after') throw refused('there is more after its end.');
        if (c !== '[' && c !== '{') throw refused('it does not begin with [.');
        state = c === '{' ? 'single' : 'element';
        depth = c === '{' ? 1 : 0;
        from = c === '{' ? i : i + 1;
      }
    }
    if (state === 'element' || state === 'single') {
      element += chunk.slice(from);
      if (element.length > MAX_ELEMENT) throw refused(`entry ${count + 1} is longer than 64 KB.`);
    }
  }
  if (state !== 'after') throw refused('it ends in the middle; the file is incomplete.');
}
