import { z } from 'zod';
import { noPositionReasons } from '../domain/no-position.ts';
import { id, idText, instant, params } from './common.ts';
import { everyone } from './roles.ts';
import { json, route } from './route.ts';
import { leftOutReasons } from './status.ts';

const reason = z.enum(noPositionReasons);
const noPositionSchema = z.object({
  reason,
  /** When it began, or will change: what that is depends on the reason. */
  at: instant.nullable(),
  /** Complete answers in a row without the tracker. */
  times: z.number().int().nullable(),
  leftOut: z.enum(leftOutReasons).nullable(),
  /** The run that the tracker belongs to. */
  productionRunId: id.nullable(),
});
export type NoPositionAnswer = z.infer<typeof noPositionSchema>;

export const noPositionRoutes = {
  getNoPosition: route({
    method: 'GET',
    path: '/trackers/{trackerId}/no-position',
    summary:
      'The first reason why a tracker has no position of the last 24 hours; null when it has one. A client’s user is told what follows from their own periods',
    tag: 'fetcher',
    access: everyone,
    params: params.tracker,
    output: json(z.object({ because: noPositionSchema.nullable() })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  countNoPosition: route({
    method: 'GET',
    path: '/fetcher/no-position',
    summary: 'How many trackers have no position of the last 24 hours, by the first reason',
    tag: 'fetcher',
    access: everyone,
    query: z.object({ productionRunId: idText.optional(), clientId: idText.optional() }),
    output: json(
      z.object({
        /** Trackers in all, of the run or the client if one is named. */
        trackers: z.number().int(),
        /** Those with a position of the last 24 hours. */
        located: z.number().int(),
        /** The most frequent first; `trackerId` is one of them. */
        reasons: z.array(z.object({ reason, count: z.number().int(), trackerId: id })),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
