import { z } from 'zod';
import { version } from './common.ts';
import { adminOnly, operators } from './roles.ts';
import { json, route } from './route.ts';

/** Of a console that also fetches and folds: one for each part of it. */
export const FEWEST_CONNECTIONS = 4;

const connections = z.int().min(FEWEST_CONNECTIONS).max(100_000).nullable();
export const databaseConnectionsSchema = z.object({
  /** What all consoles together may open; null: what the server allows, less some for others. */
  connections: connections.catch(null),
});

const answer = databaseConnectionsSchema.extend({
  version,
  connections,
  /** What the server allows; null on the embedded database, which has one console. */
  serverAllows: z.number().int().nullable(),
  /** Consoles that are running. */
  consoles: z.number().int(),
  /** What each of them opens at most, unless it was started with less. */
  each: z.number().int(),
});

export const databaseConnectionsRoutes = {
  getDatabaseConnections: route({
    method: 'GET',
    path: '/database-connections',
    tag: 'consoles',
    access: operators,
    summary: 'How many connections to the database all consoles may open together, and what that is for each',
    output: json(answer),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateDatabaseConnections: route({
    method: 'PATCH',
    path: '/database-connections',
    tag: 'consoles',
    access: adminOnly,
    summary:
      'Limit the connections of all consoles together; each takes its share within a minute, and what is beyond it queues up',
    body: json(
      z
        .object({ connections: connections.optional() })
        .refine((body) => Object.keys(body).length > 0, 'Give at least one field to change.'),
    ),
    output: json(answer),
    status: 200,
    idempotent: true,
    audited: 'database-connections.update',
    versioned: { record: 'settings/database-connections' },
  }),
};
