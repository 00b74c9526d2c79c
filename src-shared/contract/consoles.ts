import { z } from 'zod';
import { id, idText, instant, line, version } from './common.ts';
import { partStateSchema } from './part-state.ts';
import { operators } from './roles.ts';
import { json, nothing, route } from './route.ts';

/** What is wrong with a console, the worst first. */
export const consoleTroubles = [
  /** Scans were refused, and nobody has decided yet. */
  'conflicts',
  /** It was not stopped, and says nothing any more. */
  'silent',
  /** Acts wait there to be sent longer than a working link takes, or on a console that doesn't run. */
  'waiting',
  'engine-down',
  'disk-full',
  'clock-off',
  'keys-locked',
] as const;
export type ConsoleTrouble = (typeof consoleTroubles)[number];

const consoleSchema = z.object({
  id,
  version,
  /** Given by a person; empty until then. */
  name: z.string(),
  hostName: z.string(),
  programVersion: z.string(),
  /** Whether it is the console that answers. */
  isThis: z.boolean(),
  startedAt: instant,
  /** When it last said something, by the database's clock. */
  seenAt: instant,
  /** When it was stopped in order. */
  stoppedAt: instant.nullable(),
  /** As its key protection says: ready, locked, not-enrolled … */
  keyState: z.string(),
  /** Each engine that it runs, and its state as readiness tells it. */
  engines: z.array(z.object({ name: z.string(), state: partStateSchema })),
  outbox: z.object({
    waiting: z.number().int(),
    oldestAt: instant.nullable(),
    conflicts: z.number().int(),
  }),
  /** How far the database's clock is ahead of the console's. */
  clockOffsetMs: z.number().int(),
  /** What one question to the database takes there and back. */
  databaseMs: z.number(),
  /** Left on the disk of its data folder; null where the system doesn't say. */
  diskFreeBytes: z.number().nullable(),
  troubles: z.array(z.enum(consoleTroubles)),
});
export type Console = z.infer<typeof consoleSchema>;

const params = z.object({ consoleId: idText });

export const consoleRoutes = {
  listConsoles: route({
    method: 'GET',
    path: '/consoles',
    summary: 'Every console and workstation of the company: when it was last seen, what runs and what waits there',
    tag: 'consoles',
    access: operators,
    output: json(z.object({ items: z.array(consoleSchema) })),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  getConsole: route({
    method: 'GET',
    path: '/consoles/{consoleId}',
    summary: 'One console',
    tag: 'consoles',
    access: operators,
    params,
    output: json(consoleSchema),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateConsole: route({
    method: 'PATCH',
    path: '/consoles/{consoleId}',
    summary: 'Give a console a name; an empty one shows the name of its computer again',
    tag: 'consoles',
    access: operators,
    params,
    body: json(z.object({ name: line(0, 100) })),
    output: json(consoleSchema),
    status: 200,
    idempotent: true,
    audited: 'console.update',
    versioned: { record: 'consoles' },
  }),
  forgetConsole: route({
    method: 'DELETE',
    path: '/consoles/{consoleId}',
    summary: 'Take a console that is gone for good out of the list; one that still runs comes back by itself',
    tag: 'consoles',
    access: operators,
    params,
    output: nothing,
    status: 204,
    idempotent: true,
    audited: 'console.forget',
    versioned: { record: 'consoles' },
  }),
};
