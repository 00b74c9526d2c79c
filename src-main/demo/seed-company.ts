import sql from 'sql-template-tag';
import { hashPassword } from '../core/access/passwords.ts';
import { nearestCity } from '../core/places/nearest-city.ts';
import type { Transaction } from '../core/platform/db/queryable.ts';
import { followFences } from '../core/status/fences-in-time.ts';
import { type DemoAccount, demoClients, demoRuns } from './company.ts';
import { demoPlaces } from './places.ts';
import { dateFrom, daysFrom, type SeedContext } from './seed-context.ts';

export interface CompanyIds {
  /** By user name. */
  users: Map<string, number>;
  clients: Map<string, number>;
  brands: Map<string, { id: number; clientId: number }>;
  runs: Map<string, number>;
  /** By key of the place. */
  locations: Map<string, number>;
}

/** Days ago that the company began to use the console. */
const BEGAN = 120;

/** Hashed before the transaction, which it would hold up. */
export const hashAccounts = (accounts: readonly DemoAccount[]) =>
  Promise.all(accounts.map(async (account) => ({ ...account, hash: await hashPassword(account.password) })));
export type HashedAccount = Awaited<ReturnType<typeof hashAccounts>>[number];

/** Clients, brands, runs, locations and people. An account whose name is taken stays as it is. */
export async function insertCompany(
  tx: Transaction,
  context: SeedContext,
  accounts: readonly HashedAccount[],
): Promise<CompanyIds & { newAccounts: string[] }> {
  const began = daysFrom(context.now, -BEGAN);
  const clients = await idsByName(
    tx,
    sql`
    insert into clients (name, notes, created_at)
    select name, notes, ${began}::timestamptz from unnest(${demoClients.map((client) => client.name)}::text[],
      ${demoClients.map((client) => client.notes)}::text[]) as c (name, notes)
    returning id, name`,
  );
  const brandRows = demoClients.flatMap((client) =>
    client.brands.map((name) => ({ name, clientId: clients.get(client.name)! })),
  );
  const brandIds = await idsByName(
    tx,
    sql`
    insert into brands (client_id, name, created_at)
    select client_id, name, ${began}::timestamptz from unnest(${brandRows.map((brand) => brand.clientId)}::bigint[],
      ${brandRows.map((brand) => brand.name)}::text[]) as b (client_id, name)
    returning id, name`,
  );
  const brands = new Map(brandRows.map(({ name, clientId }) => [name, { id: brandIds.get(name)!, clientId }]));
  const runs = await insertRuns(tx, context, brandIds);
  const locations = await insertLocations(tx, runs, began);
  const { users, newAccounts } = await insertUsers(tx, accounts, clients, context.now);
  return { clients, brands, runs, locations, users, newAccounts };
}

async function insertRuns(tx: Transaction, { now }: SeedContext, brandIds: Map<string, number>) {
  const column = <T>(value: (run: (typeof demoRuns)[number]) => T) => demoRuns.map(value);
  return idsByName(
    tx,
    sql`
    insert into production_runs (brand_id, client_id, name, start_date, end_date, time_zone, created_at)
    select r.brand_id, b.client_id, r.name, r.start_date, r.end_date, r.time_zone, r.created_at
    from unnest(${column((run) => brandIds.get(run.brand)!)}::bigint[], ${column((run) => run.name)}::text[],
      ${column((run) => dateFrom(now, run.start))}::date[], ${column((run) => dateFrom(now, run.end))}::date[],
      ${column((run) => run.timeZone)}::text[], ${column((run) => daysFrom(now, Math.min(run.start, 0) - 20))}::timestamptz[])
      as r (brand_id, name, start_date, end_date, time_zone, created_at)
    join brands b on b.id = r.brand_id
    returning id, name`,
  );
}

/** A place of one run is tied to it directly; a shared one by the older, many-to-many relation. Both count. */
async function insertLocations(tx: Transaction, runs: Map<string, number>, began: Date) {
  const runsOf = (key: string) =>
    demoRuns.filter((run) => run.lanes.some((lane) => lane.includes(key))).map((run) => runs.get(run.name)!);
  const rows = demoPlaces.map((place) => {
    const city = nearestCity(place.longitude, place.latitude);
    const of = runsOf(place.key);
    return {
      ...place,
      city: city ? `${city.name}, ${city.countryCode}` : null,
      only: of.length === 1 ? of[0]! : null,
      of,
    };
  });
  const ids = await idsByName(
    tx,
    sql`
    insert into locations (kind, name, address, position, geofence_radius_m, production_run_id, nearest_city, created_at)
    select kind, name, address, st_setsrid(st_makepoint(longitude, latitude), 4326)::geography, radius, run, city,
      ${began}::timestamptz
    from unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.name)}::text[],
      ${rows.map((row) => row.address)}::text[], ${rows.map((row) => row.longitude)}::float8[],
      ${rows.map((row) => row.latitude)}::float8[], ${rows.map((row) => row.radiusM)}::float8[],
      ${rows.map((row) => row.only)}::bigint[], ${rows.map((row) => row.city)}::text[])
      as l (kind, name, address, longitude, latitude, radius, run, city)
    returning id, name`,
  );
  const shared = rows
    .filter((row) => row.only === null)
    .flatMap((row) => row.of.map((run) => ({ run, location: ids.get(row.name)! })));
  await tx.query(sql`
    insert into production_run_locations (production_run_id, location_id)
    select * from unnest(${shared.map((pair) => pair.run)}::bigint[], ${shared.map((pair) => pair.location)}::bigint[])`);
  await followFences(tx, { locationIds: [...ids.values()], since: null, finishedRunIds: [], now: began });
  return new Map(rows.map((row) => [row.key, ids.get(row.name)!]));
}

async function insertUsers(
  tx: Transaction,
  accounts: readonly HashedAccount[],
  clients: Map<string, number>,
  now: Date,
) {
  const made = await tx.query<{ username: string }>(sql`
    insert into users (username, display_name, role, client_id, password_hash, created_at)
    select username, display_name, role, client_id, password_hash, ${now}::timestamptz
    from unnest(${accounts.map((account) => account.username)}::text[],
      ${accounts.map((account) => account.displayName)}::text[], ${accounts.map((account) => account.role)}::text[],
      ${accounts.map(({ client }) => (client === undefined ? null : clients.get(client)!))}::bigint[],
      ${accounts.map((account) => account.hash)}::text[])
      as u (username, display_name, role, client_id, password_hash)
    on conflict (username) do nothing
    returning username`);
  const { rows } = await tx.query<{ id: number; username: string }>(sql`
    select id, username from users where username = any(${accounts.map((account) => account.username)}::text[])`);
  const users = new Map(rows.map((row) => [row.username, row.id]));
  return { users, newAccounts: made.rows.map((row) => row.username) };
}

async function idsByName(tx: Transaction, statement: ReturnType<typeof sql>): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ id: number; name: string }>(statement);
  return new Map(rows.map((row) => [row.name, row.id]));
}
