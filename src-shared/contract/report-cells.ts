import { z } from 'zod';

/** How to read a column. Hours are decimal, instants are ISO 8601 in UTC, and a `share` is between 0 and 1. */
export const columnTypes = ['text', 'integer', 'hours', 'share', 'instant', 'date', 'flag'] as const;
export const reportColumn = z.object({ id: z.string(), type: z.enum(columnTypes) });
export type ReportColumn = z.infer<typeof reportColumn>;
export const reportCell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type ReportCell = z.infer<typeof reportCell>;
