import { hostname } from 'node:os';
import type { Queryable } from '../platform/db/queryable.ts';
import { connectorOf, readNetworkSettings } from '../platform/http/network-settings.ts';
import { readAnchors } from './anchors.ts';

const ANSWER_MS = 10_000;

/**
 * Sends the newest anchor of this console to the address under Settings, if there is one: `{ console, at, id, hash, why }`.
 * It is sent again while nothing new is noted, so that its absence can be noticed there. Any 2xx is a receipt; Error for
 * another answer, ForbiddenAddress as every address that a person sets.
 */
export async function sendAnchor(db: Queryable, dataDir: string): Promise<void> {
  const { anchorUrl } = await readNetworkSettings(db);
  const newest = (await readAnchors(dataDir)).anchors.at(-1);
  if (anchorUrl === null || newest === undefined) return;
  const response = await connectorOf(db)(anchorUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ console: hostname(), ...newest }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the address for anchors answered ${response.status}`);
}
