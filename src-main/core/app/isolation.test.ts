import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type Role, roles } from '../../../src-shared/contract/roles.ts';
import type { RouteSpec } from '../../../src-shared/contract/route.ts';
import { routes } from '../../../src-shared/contract/routes.ts';
import type { Found } from '../../../src-shared/contract/search.ts';
import { foldName } from '../../../src-shared/domain/fold-name.ts';
import type { Scope } from '../platform/db/queryable.ts';
import { type TestConsole, testConsole } from '../testing/console.ts';
import { type TestDatabase, testEngines } from '../testing/database.ts';
import { clientGuards, type MadeClient, makeClient } from '../testing/two-clients.ts';

const specs = Object.entries(routes) as unknown as [string, RouteSpec][];
const NOW = new Date('2026-11-23T08:15:00Z');

const shapeOf = (schema: z.ZodType | undefined) => Object.keys((schema as z.ZodObject | undefined)?.shape ?? {});
const required: Record<string, string> = {
  period: 'hour',
  search: 'zebra',
  bbox: '-180,-85,180,85',
  zoom: '18',
  report: 'deliveries',
  format: 'csv',
  // Of a tile of the base map.
  z: '0',
  x: '0',
  y: '0',
};

/** The request of a route with real ids of a client wherever one is named. */
function requestFor(operation: string, spec: RouteSpec, { ids }: MadeClient, strict: boolean) {
  const idFor = (key: string) => {
    if (key in required) return required[key];
    const found = key === 'locationId' ? ids[/storage/.test(spec.path) ? 'storageId' : 'deliveryId'] : ids[key];
    if (found === undefined && strict)
      throw new Error(`${operation}: give makeClient an id for ${key}, so that it can be tried`);
    return found ?? 999_999;
  };
  const path = spec.path.replace(/\{(\w+)\}/g, (_, key: string) => String(idFor(key)));
  const query = shapeOf(spec.query)
    .filter((key) => key in required)
    .map((key) => `${key}=${required[key]}`);
  const filters = shapeOf(spec.query).filter((key) => key.endsWith('Id'));
  const bodySchema = spec.body?.kind === 'json' ? (spec.body as { schema: z.ZodType }).schema : undefined;
  const body = Object.fromEntries(
    shapeOf(bodySchema).flatMap((key) =>
      key.endsWith('Id') || key.endsWith('Ids') ? [[key, idFor(key.replace(/s$/, ''))]] : [],
    ),
  );
  return { path, query, filters: filters.map((key) => `${key}=${idFor(key)}`), body: spec.body ? { body } : {} };
}

describe.each(testEngines())('whose data is whose, on $name', ({ create }) => {
  let database: TestDatabase;
  let base: TestConsole;
  let own: MadeClient;
  let other: MadeClient;
  beforeAll(async () => {
    database = await create();
    base = await testConsole(database);
    own = await makeClient(database.db, 'aster', 1, NOW);
    other = await makeClient(database.db, 'zebra', 50, NOW);
    for (const { ids } of [own, other])
      await database.db.query(sql`
        insert into deliveries (tracker_id, production_run_id, location_id, visit_id, entered_at, confirmed_at,
          confirmed_payload_hash, report_count, minimum_dwell_minutes, recorded_at, run_period_id, client_id)
        select p.tracker_id, p.production_run_id, ${ids.deliveryId}::bigint, gen_random_uuid(), ${NOW}, ${NOW}, '\\x01', 2, 60,
          ${NOW}, p.id, p.client_id
        from run_periods p where p.voided_at is null and p.client_id = ${ids.clientId}::bigint on conflict do nothing`);
  });
  afterAll(() => base?.close());
  const secrets = () => [other.mark, ...other.trackers.map(({ mac }) => mac)];
  const leaks = (text: string) => secrets().filter((secret) => text.includes(secret));

  describe.each(Object.entries(clientGuards))('by %s', (_, guard) => {
    let app: TestConsole;
    let viewer: string;
    let owner: string;
    beforeAll(async () => {
      app = await testConsole({ ...database, db: guard(database.db), close: async () => undefined });
      viewer = await base.signIn('client-viewer', own.ids.clientId);
      owner = await base.signIn('client-viewer', other.ids.clientId);
    });
    afterAll(() => app?.close());

    it('no route gives a client’s user anything of another client, by any id', async () => {
      let tried = 0;
      let shown = 0;
      for (const [operation, spec] of specs) {
        if (spec.access === 'public' || !spec.access.includes('client-viewer')) continue;
        // Kept by the workstation, which this console is not; tried in the tests of the review.
        if (spec.path.startsWith('/review')) continue;
        if (operation === 'logout' || spec.output.kind === 'events') continue;
        const { path, query, filters, body } = requestFor(operation, spec, other, true);
        for (const extra of [[], ...filters.map((filter) => [filter])]) {
          const url = [path, [...query, ...extra].join('&')].filter(Boolean).join('?');
          const answer = await app.raw(spec.method, url, {
            as: viewer,
            ...body,
            ...(spec.versioned ? { version: '*' as const } : {}),
          });
          const text = await answer.text();
          expect([url, answer.status, leaks(text)]).toEqual([url, answer.status, []]);
          // 422: the body holds nothing but ids.
          // Without an id in the path: an empty list, or a refusal of what the filter names or leaves out.
          const expected = /\{\w+Id\}/.test(spec.path) ? [404] : spec.body ? [422] : [200, 404, 422];
          expect([operation, expected.includes(answer.status) || answer.status]).toEqual([operation, true]);
          tried++;
          if (spec.method !== 'GET' || spec.output.kind !== 'json') continue;
          // What is theirs they do see, or the test would prove nothing.
          const mine = await app.raw('GET', url, { as: owner });
          if (mine.status === 200 && leaks(await mine.text()).length > 0) shown++;
        }
      }
      expect(tried).toBeGreaterThan(40);
      expect(shown).toBeGreaterThan(25);
    });

    it('names, counts and sums of a client are the own ones', async () => {
      const get = async (path: string, as = viewer) => (await app.send('GET', path, { as })).body;
      expect((await get('/trackers/count')).count).toBe(own.trackers.length);
      expect((await get('/overview')).trackers).toMatchObject({ total: 2, allocated: 1 });
      expect((await get('/overview')).recentDeliveries).toHaveLength(2);
      expect((await get('/map/trackers?bbox=-180,-85,180,85&zoom=2')).total).toBe(2);
      const reports = (await get('/overview')).reportsByDay as { reports: number }[];
      expect(reports.reduce((sum, { reports: count }) => sum + count, 0)).toBe(24);
    });
  });

  it('a search finds what the person may open, by words in any order and without their accents', async () => {
    await database.db.query(sql`update locations set name = 'Zürich-Altstetten, Müller & Søn', address = 'Straße 7'
      where id = ${own.ids.storageId}::bigint`);
    const find = async (text: string, role: Role, clientId: number | null = null) => {
      const as = await base.signIn(role, clientId);
      const { status, body } = await base.send('GET', `/search?search=${encodeURIComponent(text)}`, { as });
      expect(status).toBe(200);
      return (body.items as Found[]).map(({ kind, id }) => `${kind} ${id}`);
    };
    const location = `location ${own.ids.storageId}`;
    for (const text of ['zurich', 'MULLER zuerich', 'altstetten zür', 'mueller son', 'strasse 7', 'zürich-altstetten'])
      expect([text, await find(text, 'reviewer')]).toEqual([text, [location]]);
    expect(await find('zurich basel', 'reviewer')).toEqual([]);
    expect(await find('%', 'reviewer')).toEqual([]);
    const kinds = async (role: Role, clientId: number | null = null) =>
      new Set((await find('aster', role, clientId)).map((found) => found.split(' ')[0]));
    const everything = ['alert', 'brand', 'client', 'key-batch', 'location', 'order', 'production-run', 'user'];
    expect([...(await kinds('admin'))].sort()).toEqual(everything);
    expect(await kinds('reviewer')).not.toContain('user');
    const theirs = await find('aster', 'client-viewer', own.ids.clientId!);
    expect(theirs).toContain(`production-run ${own.ids.productionRunId}`);
    expect(theirs).not.toContain(`key-batch ${own.ids.keyBatchId}`);
    expect(await find('zebra', 'client-viewer', own.ids.clientId!)).toEqual([]);
  });

  it('the database folds names as the program does', async () => {
    const names = [
      'Tromsø',
      'Sankt Pölten',
      'Saint-Étienne',
      'Großenhain',
      'Ålesund',
      'Łódź',
      'L’Aquila',
      'Œuvre æon',
      'St.-Gallen',
      'Ελλάδα',
      'Москва-Сити',
      'ＡＢＣ ½',
      'C0:FF_EE/7',
      '東京',
      'Þór ı',
      'stadt-st',
      'Aachen, Goethe',
    ];
    const { rows } = await database.db.query<{ folded: string }>(
      sql`select fold_name(name) as folded from unnest(${names}::text[]) with ordinality n (name, place) order by place`,
    );
    expect(rows.map(({ folded }) => folded)).toEqual(names.map(foldName));
  });

  it.each(roles)('answers 403 to %s where the contract names other roles, real ids or not', async (role: Role) => {
    const as = await base.signIn(role, role === 'client-viewer' ? own.ids.clientId : null);
    const { body } = await base.send('POST', '/api-tokens', {
      as,
      body: { name: 'all', scopes: ['read', 'write'], expiresInDays: 1 },
    });
    for (const [operation, spec] of specs) {
      if (spec.access === 'public' || spec.access.includes(role)) continue;
      const { path, query, body: sent } = requestFor(operation, spec, own, false);
      for (const token of [as, body.token]) {
        const answer = await base.raw(spec.method, `${path}?${query.join('&')}`, { as: token, ...sent });
        expect([operation, answer.status]).toEqual([operation, 403]);
        expect(await answer.text()).not.toContain(own.mark);
      }
    }
  });

  describe('row level security, asked with raw selects', () => {
    /** Every relation that people’s role may read at all, with the columns it may read. */
    async function readable() {
      const { rows } = await database.db.query<{ name: string; columns: string }>(sql`
        select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
          and has_column_privilege('console_user', c.oid, a.attnum, 'select')
          and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
        group by c.relname order by c.relname`);
      return rows;
    }
    const rowsOf = async (scope: Scope, name: string, columns: string) => {
      const { rows } = await database.db.transaction(scope, (tx) =>
        tx.query<{ row: string }>(
          sql`select row_to_json(whole)::text as row from (select ${raw(columns)} from ${raw(name)}) whole`,
        ),
      );
      return new Set(rows.map(({ row }) => row));
    };
    /** The same for everybody, and no secret: cities by their public number. */
    const shared = ['nearest_cities'];
    const scopeFor = ({ ids }: MadeClient): Scope => ({ kind: 'user', userId: ids.userId!, clientId: ids.clientId! });

    it('no row is visible to two clients, and none to nobody', async () => {
      let seen = 0;
      for (const { name, columns } of await readable()) {
        if (shared.includes(name)) continue;
        const [mine, theirs] = [
          await rowsOf(scopeFor(own), name, columns),
          await rowsOf(scopeFor(other), name, columns),
        ];
        expect([name, [...mine].filter((row) => theirs.has(row))]).toEqual([name, []]);
        expect([name, [...mine].filter((row) => row.includes(other.mark))]).toEqual([name, []]);
        const noClient = { kind: 'party', party: { kind: 'manufacturer', id: 1 }, apiTokenId: 999_999 } as const;
        expect([name, (await rowsOf(noClient, name, columns)).size]).toEqual([name, 0]);
        if (mine.size > 0) seen++;
      }
      expect(seen).toBeGreaterThan(12);
    });

    it('no column that holds a secret can be read, nor a partition around the policy', async () => {
      const all = (await readable()).map(({ name, columns }) => `${name}: ${columns}`).join('\n');
      expect(all).not.toMatch(/private_key|password_hash|sealed_secret|wrapped_key|code_hash|credentials|kdf/);
      expect(all).not.toMatch(/location_reports_\d/);
      expect(all).not.toMatch(/^api_tokens:.*token_hash/m);
    });

    it('a client’s role writes nothing of others, whatever it asks', async () => {
      for (const statement of [
        sql`update trackers set production_run_id = ${own.ids.productionRunId}`,
        sql`update clients set name = 'x'`,
        sql`delete from customer_orders`,
        sql`delete from sessions`,
        sql`update api_tokens set revoked_at = now()`,
        sql`update users set role = 'admin', client_id = null`,
      ]) {
        const before = await rowsOf({ ...scopeFor(other), clientId: null } as Scope, 'clients', 'id, name');
        const ended = await database.db
          .transaction(scopeFor(own), async (tx) => {
            const { rowCount } = await tx.query(statement);
            throw new Error(`${rowCount} rows`);
          })
          .catch((error: Error) => error.message);
        expect([statement.sql, ended]).toEqual([
          statement.sql,
          expect.stringMatching(/^[01] rows|permission denied|row-level/),
        ]);
        expect(await rowsOf({ ...scopeFor(other), clientId: null } as Scope, 'clients', 'id, name')).toEqual(before);
      }
      const { rows } = await database.db.query<{ role: string }>(
        sql`select role from users where id = ${other.ids.userId}`,
      );
      expect(rows[0]!.role).toBe('client-viewer');
    });
  });
});
