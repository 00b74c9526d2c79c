import { z } from 'zod';
import type { Queryable } from '../db/queryable.ts';
import { readSetting, readVersionedSetting, writeSetting } from '../db/settings-store.ts';
import { type Connect, createConnector, judgeAddress } from './connector.ts';

/** The key of `settings`. */
const KEY = 'network';
const schema = z.object({
  /** Whether sources, anisette servers and webhooks may be in private networks. */
  privateNetworks: z.boolean().catch(false),
  /** Where anchors of the audit log are sent; null for nowhere. */
  anchorUrl: z.string().nullable().catch(null),
});
type NetworkSettings = z.infer<typeof schema>;

export const readNetworkSettings = (db: Queryable): Promise<NetworkSettings & { version: number }> =>
  readVersionedSetting(db, KEY, schema);

export const writeNetworkSettings = (db: Queryable, changes: Partial<NetworkSettings>, now: Date): Promise<void> =>
  writeSetting(db, KEY, changes, now);

/** The connector of a console, which asks its database whether private networks are allowed. */
export const connectorOf = (db: Queryable): Connect => createConnector(reachOfConsole(db));

/** Rejects with ForbiddenAddress where an address leads to what browsers are not to ask either. */
export const judgeForBrowsers = (db: Queryable, url: string): Promise<void> => judgeAddress(url, reachOfConsole(db));

const reachOfConsole = (db: Queryable) => ({
  allowsPrivate: async () => (await readSetting(db, KEY, schema)).privateNetworks,
});

/** The same as `fetch`, for what takes that: a text as the body, and no redirects. */
export const fetchBy =
  (connect: Connect): typeof globalThis.fetch =>
  (input, init = {}) => {
    const { method, headers, body, signal } = init;
    return connect(String(input), {
      ...(method === undefined ? {} : { method }),
      headers: Object.fromEntries(new Headers(headers)),
      ...(typeof body === 'string' ? { body } : {}),
      ...(signal ? { signal } : {}),
    });
  };
