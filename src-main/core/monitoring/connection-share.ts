import { databaseConnectionsSchema, FEWEST_CONNECTIONS } from '../../../src-shared/contract/database-connections.ts';
import { changes } from '../platform/db/conflicts.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { readVersionedSetting, writeSetting } from '../platform/db/settings-store.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { connectionsInUse } from './consoles-store.ts';

const SETTING = 'database-connections';
/** Of what the server allows: for backups, for whoever looks at it by hand, and for consoles that are only starting. */
const KEPT_FREE = 10;

/** What one console may open of what all may open together. More consoles than that is enough for still get what they need to work. */
export const shareOf = (together: number, consoles: number, most: number): number =>
  Math.max(FEWEST_CONNECTIONS, Math.min(most, Math.floor(together / Math.max(1, consoles))));

/** @param most connections of this console, as it was started; null on the embedded database */
async function readShare(db: Queryable, most: number | null) {
  const setting = await readVersionedSetting(db, SETTING, databaseConnectionsSchema);
  if (most === null) return { ...setting, serverAllows: null, consoles: 1, each: 0 };
  const { serverAllows, consoles } = await connectionsInUse(db);
  const each = shareOf(setting.connections ?? serverAllows - KEPT_FREE, consoles, most);
  return { ...setting, serverAllows, consoles, each };
}

/**
 * Has a console open no more than its share, from the next look on. While the database is out of reach the last share holds.
 * @param tell is given each new share
 */
export function followShare(deps: {
  db: Queryable;
  most: number;
  tell: (connections: number) => void;
  everyMs: number;
}): { look(): Promise<void>; stop(): void } {
  let told = deps.most;
  const look = async () => {
    const { each } = await readShare(deps.db, deps.most);
    if (each === told) return;
    told = each;
    deps.tell(each);
  };
  const timer = setInterval(() => void look().catch(() => undefined), deps.everyMs);
  return { look, stop: () => clearInterval(timer) };
}

export const databaseConnectionsHandlers = ({ config }: { config: { readonly databaseConnections?: number | null } }) =>
  ({
    getDatabaseConnections: ({ tx }) => readShare(tx, config.databaseConnections ?? null),

    async updateDatabaseConnections(context, { body }) {
      const { tx, now } = context;
      const most = config.databaseConnections ?? null;
      const before = await readShare(tx, most);
      await writeSetting(tx, SETTING, body, now);
      const after = await readShare(tx, most);
      await context.audit({ resourceType: 'database-connections', details: changes(before, after) });
      return after;
    },
  }) satisfies Partial<Handlers>;
