import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { AppError } from '../../core/platform/errors.ts';
import { type FaultName, parseFault } from './faults.ts';
import { type Answer, json } from './http-answer.ts';
import type { Running } from './simulator.ts';
import { worldSchema } from './world.ts';

const faultsBody = z.record(z.string(), z.union([z.number(), z.literal(['on', 'off'])]));

/**
 * The simulator's own routes, which no real server has: `POST /simulator/trackers {trackers: [{advertisementKey, additionalKeys?, plan}]}`,
 * `POST /simulator/faults {name: number | "on" | "off"}`, `GET /simulator/state`.
 */
export async function answerControl(
  running: Running,
  incoming: IncomingMessage,
  path: string,
  readBody: () => Promise<unknown>,
): Promise<Answer> {
  // A page of some other site, open in a browser here, can send neither this type nor that header unasked.
  if (incoming.method === 'POST' && !incoming.headers['content-type']?.startsWith('application/json')) {
    return json(415, { error: 'Send application/json.' });
  }
  try {
    if (path === '/simulator/state' && incoming.method === 'GET') return json(200, running.stats);
    if (path === '/simulator/trackers' && incoming.method === 'POST') {
      const { trackers } = worldSchema.parse(await readBody());
      return json(200, { registered: running.register(trackers), trackers: running.store.size });
    }
    if (path === '/simulator/faults' && incoming.method === 'POST') {
      const changes = faultsBody.parse(await readBody());
      const parsed = Object.entries(changes).map(([name, value]) => parseFault(`${name}=${value}`));
      const merged: Partial<Record<FaultName, number>> = Object.assign({}, ...parsed);
      return json(200, { faults: running.setFaults(merged) });
    }
  } catch (error) {
    if (error instanceof z.ZodError) return json(422, { error: z.prettifyError(error) });
    if (error instanceof AppError) return json(error.status, { error: error.message });
    throw error;
  }
  return json(404, { error: 'There is no such route.' });
}
