import type { ImportField } from '../../../../src-shared/contract/device-imports.ts';
import { type PeriodWords, periodWords } from '../../../../src-shared/contract/run-periods.ts';
import { mayBePrivateKey } from './cells.ts';

/** The fields of an import that belong to the run period. */
const wordFields = ['name', 'goodsReference', 'tags', 'note'] as const satisfies readonly ImportField[];
type WordField = (typeof wordFields)[number];

const { shape } = periodWords;

/** What the cells say of the goods; what can't be taken is told by `say`. Tags stand with commas or semicolons between. */
export function readWords(
  cellOf: (field: WordField) => string,
  say: (field: WordField, code: string, message: string) => void,
): PeriodWords {
  const words: PeriodWords = { name: null, goodsReference: null, tags: [], note: null };
  for (const field of wordFields) {
    const cell = cellOf(field);
    if (cell === '') continue;
    // Rows shift and columns are swapped: a key must not be kept in clear.
    if (mayBePrivateKey(cell)) {
      say(field, 'looks-like-a-key', 'This may be a key. Check which column holds what.');
      continue;
    }
    const value = field === 'tags' ? cell.split(/[,;]/).filter((tag) => tag.trim() !== '') : cell;
    const read = shape[field].safeParse(value);
    if (read.success) Object.assign(words, { [field]: read.data });
    else say(field, `malformed-${field === 'goodsReference' ? 'goods-reference' : field}`, sentence[field]);
  }
  return words;
}

const sentence: Record<WordField, string> = {
  name: 'A name has at most 200 visible characters, on one line.',
  goodsReference: 'A goods reference has at most 100 visible characters, on one line.',
  tags: 'At most 20 tags of 40 characters, with commas or semicolons between.',
  note: 'A note has at most 2,000 visible characters.',
};

export const saysAnything = ({ name, goodsReference, tags, note }: PeriodWords): boolean =>
  name !== null || goodsReference !== null || tags.length > 0 || note !== null;
