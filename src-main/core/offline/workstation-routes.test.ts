import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { roles } from '../../../src-shared/contract/roles.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { RequestContext } from '../platform/http/handler.ts';
import { createClock } from './clock.ts';
import type { Link } from './link/link.ts';
import { insertDamagedFile } from './store/damaged-files-store.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import type { Workstation } from './workstation.ts';
import { workstationHandlers } from './workstation-routes.ts';

const migrations = join(import.meta.dirname, '..', '..', '..', 'migrations', 'sqlite');
let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'station-'));
  store = openStore(folder, migrations, new Date(0)).store;
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

it.each(roles)('tells %s of the workstation what is theirs to know', (role) => {
  store.run('insert into devices (mac, tracker_id, manufactured) values (1, 1, 1), (2, 2, 1)');
  store.run("insert into orders (id, state, quantity, allocated_count, document) values (1, 'open', 5, 2, '{}')");
  store.run(`insert into outbox (mutation_id, kind, request, at, clock_offset, state)
    values ('a', 'scan', '{}', 0, 0, 'waiting'), ('b', 'scan', '{}', 0, 0, 'conflict')`);
  insertDamagedFile(store, { path: '/home/ada/secret', reason: 'torn', foundAt: 0, rescued: 1, complete: true });
  const link = { state: () => 'offline', since: () => 0 } as unknown as Link;
  const clock = createClock(0, () => 1_000);
  const log = pino({ level: 'silent' });
  const workstation: Workstation = { store, link, clock, log, keepsCopy: true, problem: 'full', delay: null };
  const { getWorkstation } = workstationHandlers({ workstation, events: {} as EventBus });
  const context = { principal: { userId: 1, role } } as unknown as RequestContext;
  const state = getWorkstation(context);
  expect(state.link).toBe('offline');
  const { devices, orders, outbox, problem, damagedFiles } = state;
  const told = [devices, orders, outbox.waiting, outbox.conflicts, problem, damagedFiles.length];
  expect(told).toEqual(role === 'client-viewer' ? [0, 0, 0, 0, null, 0] : [2, 1, 1, 1, 'full', 1]);
  if (role === 'client-viewer') expect(state.storeBytes).toBe(0);
});
