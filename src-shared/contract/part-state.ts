import { z } from 'zod';

/** How a part of a console is: an engine, the database, the schedule. `why` is a sentence for people. */
export const partStateSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('up') }),
  /** It is not wanted here. */
  z.object({ is: z.literal('off'), why: z.string() }),
  z.object({ is: z.literal('starting') }),
  /** It is there and waits for something outside: a key, the database, a source. */
  z.object({ is: z.literal('waits'), why: z.string() }),
  /** It works, and somebody should look at it. */
  z.object({ is: z.literal('warns'), why: z.string() }),
  /** It does not do its work. */
  z.object({ is: z.literal('down'), why: z.string() }),
  /** It was ended in order. */
  z.object({ is: z.literal('stopped') }),
]);
export type PartState = z.infer<typeof partStateSchema>;
