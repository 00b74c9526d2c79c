import { z } from 'zod';
import { id, idText, instant, page, pageQuery, reference } from './common.ts';
import { staff } from './roles.ts';
import { json, route } from './route.ts';

/**
 * Why a report could not be used: it has neither 88 nor 89 bytes, its point is not on the curve, its tag is wrong, its
 * time is ahead of the clock, or the entry in the answer was malformed.
 */
export const corruptReasons = ['bad-length', 'bad-point', 'bad-tag', 'future-time', 'malformed'] as const;
export type CorruptReason = (typeof corruptReasons)[number];

const corruptReportSchema = z.object({
  id,
  receivedAt: instant,
  reason: z.enum(corruptReasons),
  /** Null when the entry named no key that was asked for. */
  tracker: z.object({ id, macAddress: z.string().nullable() }).nullable(),
  reportSource: reference.nullable(),
  /** The id of the request in the log. */
  requestId: z.string().nullable(),
  sizeBytes: z.number().int(),
  /** The payload in base64, or the JSON of a malformed entry, cut at 2000 bytes. */
  content: z.string(),
});
export type CorruptReport = z.infer<typeof corruptReportSchema>;

export const corruptReportRoutes = {
  listCorruptReports: route({
    method: 'GET',
    path: '/corrupt-reports',
    summary: 'Reports that could not be decoded or decrypted, newest first, as they came',
    tag: 'fetcher',
    access: staff,
    query: pageQuery.extend({
      reason: z.enum(corruptReasons).optional(),
      trackerId: idText.optional(),
      reportSourceId: idText.optional(),
    }),
    output: json(page(corruptReportSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  countCorruptReports: route({
    method: 'GET',
    path: '/corrupt-reports/counts',
    summary: 'Corrupt reports by reason',
    tag: 'fetcher',
    access: staff,
    output: json(
      z.object({
        items: z.array(
          z.object({ reason: z.enum(corruptReasons), count: z.number().int(), lastReceivedAt: instant.nullable() }),
        ),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
