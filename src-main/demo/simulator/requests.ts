import { z } from 'zod';

/** What is asked for, in whichever form it came. Times are epoch milliseconds; null where the request names none. */
export interface Asked {
  entries: { ids: string[]; from: number | null; to: number | null }[];
}

const ids = z.array(z.string()).max(100_000);
const date = z.number().nullish();

const olderBody = z.object({ search: z.array(z.object({ startDate: date, endDate: date, ids })).min(1) });
const newerBody = z.object({
  clientContext: z.looseObject({ clientBundleIdentifier: z.string(), policy: z.string() }),
  fetch: z
    .array(
      z.object({
        ownedDeviceIds: z.array(z.string()),
        keyType: z.number(),
        startDate: date,
        startDateSecondary: date,
        endDate: date,
        primaryIds: ids,
        secondaryIds: ids.default([]),
      }),
    )
    .min(1),
});
const haystackBody = z.object({ ids, days: z.number().positive().max(365).default(7) });

const DAY_MS = 86_400_000;

/** Apple, older form. Null when the body is not of the form. */
export function readOlder(body: unknown): Asked | null {
  const read = olderBody.safeParse(body);
  if (!read.success) return null;
  return {
    entries: read.data.search.map((entry) => ({
      ids: entry.ids,
      from: entry.startDate ?? null,
      to: entry.endDate ?? null,
    })),
  };
}

/** Apple, newer form: one entry a device. */
export function readNewer(body: unknown): Asked | null {
  const read = newerBody.safeParse(body);
  if (!read.success) return null;
  return {
    entries: read.data.fetch.map((entry) => ({
      ids: [...entry.primaryIds, ...entry.secondaryIds],
      from: entry.startDate ?? null,
      to: entry.endDate ?? null,
    })),
  };
}

/** macless-haystack: it takes the days back from now. */
export function readHaystack(body: unknown, now: number): Asked | null {
  const read = haystackBody.safeParse(body);
  if (!read.success) return null;
  return { entries: [{ ids: read.data.ids, from: now - read.data.days * DAY_MS, to: null }] };
}
