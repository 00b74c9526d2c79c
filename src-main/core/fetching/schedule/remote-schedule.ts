import type { RpcPort, RpcServerPort } from '../../platform/workers/channel.ts';
import { callMethods, serveMethods } from '../../platform/workers/rpc.ts';
import type { FetchSchedule } from './schedule.ts';

const methods = [
  'add',
  'remove',
  'claim',
  'renew',
  'settle',
  'release',
  'makeDue',
  'hasten',
  'pullBack',
  'members',
  'get',
  'stats',
  'tryToWrite',
] as const;

/** Lends the core's schedule to the worker at the other end of the port. */
export const serveSchedule = (schedule: FetchSchedule, port: RpcServerPort): void =>
  serveMethods(schedule, methods, port);

/** The core's schedule as a worker uses it. `close` ends the calls, not the schedule. */
export function remoteSchedule(port: RpcPort): FetchSchedule {
  const calls = callMethods<FetchSchedule, (typeof methods)[number]>(methods, port);
  return { ...calls, kind: 'memory', close: async () => calls.close() };
}
