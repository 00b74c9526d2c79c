import type { z } from 'zod';
import { AppError } from '../errors.ts';

/** The place in a list where the next page begins, as an opaque text. `value` must survive JSON. */
export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Reads what `encodeCursor` wrote. Throws AppError `bad-request` for anything else, such as the cursor of another list. */
export function decodeCursor<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) {
    throw new AppError('bad-request', 'The cursor is not one that this list gave. Start again from the first page.');
  }
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
