import { z } from 'zod';
import { date, flag, id, idText, instant, lines, page, pageQuery } from './common.ts';
import { operators, staff } from './roles.ts';
import { json, route } from './route.ts';

export const fetchFailureSchema = z.object({
  trackerId: id,
  macAddress: z.string().nullable(),
  productionRunName: z.string().nullable(),
  streak: z.number().int(),
  /** The streak is as long as the setting `failingStreak`. */
  consistent: z.boolean(),
  /** The tracker alone fills an answer of its source: older reports may be missing. */
  incomplete: z.boolean(),
  factor: z.number().int(),
  totalFailures: z.number().int(),
  firstFailureAt: instant.nullable(),
  lastFailureAt: instant.nullable(),
  lastSuccessAt: instant.nullable(),
  nextDueAt: instant.nullable(),
  lastError: z.string().nullable(),
  muted: z.object({ at: instant, by: z.string().nullable(), note: z.string().nullable() }).nullable(),
});

const counts = {
  /** How often a tracker was absent from a complete answer, and how often it was found. */
  absent: z.number().int(),
  present: z.number().int(),
};

export const fetchFailureRoutes = {
  listFetchFailures: route({
    method: 'GET',
    path: '/fetcher/failures',
    summary: 'Trackers that are absent from answers, longest streak first; with `incomplete` or `muted`, those instead',
    tag: 'fetcher',
    access: staff,
    query: pageQuery.extend({
      /** Part of a MAC address. */
      search: z.string().trim().max(50).optional(),
      productionRunId: idText.optional(),
      minStreak: z.coerce.number().int().min(1).max(100_000).optional(),
      consistent: flag.optional(),
      incomplete: flag.optional(),
      muted: flag.optional(),
    }),
    output: json(page(fetchFailureSchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  muteFetchFailures: route({
    method: 'POST',
    path: '/fetcher/failures/mute',
    summary: 'Mute trackers that are known to be silent, or unmute them; they are asked for all the same',
    tag: 'fetcher',
    access: operators,
    body: json(
      z.object({
        trackerIds: z.array(id).min(1).max(500),
        muted: z.boolean(),
        note: lines(500).nullable().default(null),
      }),
    ),
    output: json(z.object({ changed: z.number().int() })),
    status: 200,
    idempotent: true,
    audited: 'fetcher.mute',
  }),
  listFetchDays: route({
    method: 'GET',
    path: '/fetcher/days',
    summary: 'Failures and successes by UTC day, oldest first; of one production run, or of everything',
    tag: 'fetcher',
    access: staff,
    query: z.object({
      days: z.coerce.number().int().min(1).max(90).default(30),
      productionRunId: idText.optional(),
    }),
    output: json(z.object({ items: z.array(z.object({ day: date, ...counts })) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listFetchMinutes: route({
    method: 'GET',
    path: '/fetcher/minutes',
    summary: 'The queue and what was done, minute by minute, oldest first; kept for two days',
    tag: 'fetcher',
    access: staff,
    query: z.object({ minutes: z.coerce.number().int().min(1).max(2880).default(180) }),
    output: json(
      z.object({
        items: z.array(
          z.object({
            minute: instant,
            depth: z.number().int(),
            due: z.number().int(),
            leased: z.number().int(),
            lagSeconds: z.number(),
            /** Since the previous entry. */
            claims: z.number().int(),
            requests: z.number().int(),
            stored: z.number().int(),
            absent: z.number().int(),
          }),
        ),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
