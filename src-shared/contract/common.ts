import { z } from 'zod';

/** Identifier of a row: a positive integer that JSON carries exactly (identity columns stay below 2^53). */
export const id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
/** The same in a path or query string. */
export const idText = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** ISO 8601 UTC instant, as in `2026-11-23T08:15:00.000Z`. */
export const instant = z.iso
  .datetime({ offset: true })
  .max(40)
  // As far as zones go; PostgreSQL takes no more than 16 hours.
  .regex(/(Z|[+-](0\d|1[0-4]):\d\d)$/, 'Give a time as in 2026-11-23T08:15:00Z.');
/** Of a record that people edit: raised by each change of theirs, and sent back in If-Match. 0 where nothing is stored. */
export const version = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Calendar date without a time, as in `2026-11-23`. */
export const date = z.iso.date();

/** An IANA time zone name, checked against what the platform knows. */
export const timeZone = z
  .string()
  .max(64)
  .refine((zone) => {
    try {
      Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  }, 'Use an IANA time zone name such as Europe/Zurich.');
/** Whose days figures are counted by: those of a time zone, or `run` for the time zone of each production run. */
export const dayZone = z.union([z.literal('run'), timeZone]);

/**
 * Characters that don't show, or that turn the order of others round, so that a text reads as another: control
 * characters, halves of pairs, marks of direction, spaces without width.
 */
const DECEIVING = '\\p{Cc}\\p{Cs}\\u202a-\\u202e\\u2066-\\u2069\\u200b\\u2060\\ufeff';
const inOneLine = new RegExp(`^[^${DECEIVING}]*$`, 'u');
const inLines = new RegExp(`^(?:[\\n\\r\\t]|[^${DECEIVING}])*$`, 'u');
const LEAVE_OUT = 'Leave out control characters and invisible characters.';

/**
 * A text of one line. What looks alike is stored alike, and so unique that way: composed characters, one space for any
 * white space, none around.
 */
export const line = /* @__NO_SIDE_EFFECTS__ */ (min: number, max: number) =>
  z
    .string()
    .overwrite((text) => text.normalize('NFC').replace(/\s+/gu, ' ').trim())
    .min(min)
    .max(max)
    .regex(inOneLine, LEAVE_OUT);
/** A text of several lines. */
export const lines = /* @__NO_SIDE_EFFECTS__ */ (max: number) => z.string().trim().max(max).regex(inLines, LEAVE_OUT);

export const name = line(1, 200);
export const notes = lines(4000);

/** Where the console sends something: https, or a program on this machine. Without a password, since addresses are shown and logged. */
export const receiverUrl = z
  .url('Give an address as in https://factory.example/hooks/keys.')
  .max(500)
  .regex(
    /^(?:https:\/\/[^\s/@?#]+|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?)(?:[/?#]\S*)?$/,
    'Use https:// and no user name or password; http:// only for a program on this machine.',
  );

export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** GeoJSON Point: WGS 84 longitude, latitude in degrees. */
export const point = z.object({
  type: z.literal('Point'),
  coordinates: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
});
export type Point = z.infer<typeof point>;
// How many corners and parts a fence may have is said with a sentence where it is checked; here is what is read at all.
const polygonRings = z.array(z.array(point.shape.coordinates).max(100_001)).max(10_000);
export const polygon = z.object({ type: z.literal('Polygon'), coordinates: polygonRings });
export const multiPolygon = z.object({
  type: z.literal('MultiPolygon'),
  coordinates: z.array(polygonRings).max(1_000),
});
export type MultiPolygon = z.infer<typeof multiPolygon>;

/** Cursor pagination. The cursor is opaque: send the `nextCursor` of the previous page. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(500).optional(),
});

/** The orders that a list has: by each word, and by `-word` the other way round. */
export const sortsBy = /* @__NO_SIDE_EFFECTS__ */ <const Word extends string>(...words: Word[]) =>
  words.flatMap((word) => [word, `-${word}`] as const);

/** A page of a list. `nextCursor` is null on the last page. */
export const page = /* @__NO_SIDE_EFFECTS__ */ <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** The query of lists whose items have a name and can be archived: clients, brands, runs, locations, orders. */
export const namedListQuery = pageQuery.extend({
  search: z.string().trim().max(200).optional(),
  includeArchived: flag.optional(),
});

/** Another resource by id and name, so that a screen can name it without a second request. */
export const reference = z.object({ id, name: z.string() });

export const params = {
  client: z.object({ clientId: idText }),
  brand: z.object({ brandId: idText }),
  productionRun: z.object({ productionRunId: idText }),
  location: z.object({ locationId: idText }),
  keyBatch: z.object({ keyBatchId: idText }),
  manufacturer: z.object({ manufacturerId: idText }),
  manufacturerExport: z.object({ manufacturerExportId: idText }),
  keyOrder: z.object({ keyOrderId: idText }),
  tracker: z.object({ trackerId: idText }),
  runPeriod: z.object({ trackerId: idText, runPeriodId: idText }),
  customerOrder: z.object({ customerOrderId: idText }),
  reportSource: z.object({ reportSourceId: idText }),
  user: z.object({ userId: idText }),
  job: z.object({ jobId: idText }),
  apiToken: z.object({ apiTokenId: idText }),
  session: z.object({ sessionId: idText }),
};
