import { z } from 'zod';
import { id } from './common.ts';
import { jobSchema } from './jobs.ts';

/**
 * What `GET /events` sends, one JSON document for each event. An event names what changed, and the screen asks the API
 * for the rest, so a lost event does no harm. An event that belongs to a client names it, and a client viewer
 * hears of their own client only.
 */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), at: z.string() }),
  z.object({ type: z.literal('job'), job: jobSchema }),
  z.object({ type: z.literal('tracker-status'), clientId: id.nullable(), trackerIds: z.array(id) }),
  z.object({ type: z.literal('alerts'), clientId: id.nullable() }),
  z.object({ type: z.literal('order'), orderId: id }),
  z.object({ type: z.literal('fetcher') }),
  z.object({ type: z.literal('workstation') }),
  z.object({ type: z.literal('changed'), resource: z.string() }),
]);
export type ServerEvent = z.infer<typeof eventSchema>;
