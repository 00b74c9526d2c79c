import { randomUUID } from 'node:crypto';
import type { ScanResult } from '../../../src-shared/contract/customer-orders.ts';
import type { OperationId } from '../../../src-shared/contract/routes.ts';
import { AppError } from '../platform/errors.ts';
import type { Call, Execute, Outcome } from '../platform/http/execute.ts';
import { placeRoutes } from './offline-place-routes.ts';
import type { OfflineRoute, OfflineRoutes } from './offline-route.ts';
import { sessionRoutes } from './offline-session-routes.ts';
import { reviewRoutes } from './reviews/offline-review-routes.ts';
import { orderRoutes } from './scan/offline-order-routes.ts';
import type { OfflineSignInDeps } from './sign-in.ts';
import { flushDirect, followDirect } from './sync/follow-direct.ts';
import type { Workstation } from './workstation.ts';

const isUnavailable = (error: unknown) => error instanceof AppError && error.code === 'unavailable';
const acts: ReadonlySet<OperationId> = new Set<OperationId>(['allocate', 'undoAllocation']);

/**
 * Runs a request at the central database, or on this workstation's copy while that is out of reach. A request that
 * loses the connection is answered from the copy within one to two seconds. An act carries one mutation id wherever it
 * is tried, so that one whose answer was lost on the way is not done twice.
 */
export const executeAnywhere = (workstation: Workstation, execute: Execute, deps: OfflineSignInDeps): Execute => {
  const offlineRoutes: OfflineRoutes = { ...orderRoutes, ...reviewRoutes, ...placeRoutes, ...sessionRoutes(deps) };
  return async (call) => {
    const route = offlineRoutes[call.operation] as OfflineRoute<OperationId> | undefined;
    return route ? executeHereOrThere(workstation, execute, route, call) : execute(call);
  };
};

async function executeHereOrThere(
  workstation: Workstation,
  execute: Execute,
  route: OfflineRoute<OperationId>,
  call: Call,
): Promise<Outcome> {
  if (acts.has(call.operation)) giveMutationId(call);
  const { link } = workstation;
  const locally = () => {
    flushDirect(workstation);
    return answer(workstation, call, route);
  };
  const central = async () => {
    const outcome = await link.guarded(() => execute(call), route.repeatable);
    if (acts.has(call.operation) && workstation.keepsCopy && call.principal)
      followDirect(workstation, outcome.answer as ScanResult, call.principal.displayName);
    return outcome;
  };
  if (link.state() === 'offline') return locally();
  if (link.state() === 'catching-up' && route.whileCatchingUp) {
    return locally().catch((error: unknown) => {
      // What the copy can't judge doesn't wait behind what it could judge.
      if (isUnavailable(error) && link.state() !== 'offline') return central();
      throw error;
    });
  }
  try {
    return await central();
  } catch (error) {
    if (!isUnavailable(error) || link.state() !== 'offline') throw error;
    return locally();
  }
}

async function answer(workstation: Workstation, call: Call, route: OfflineRoute<OperationId>): Promise<Outcome> {
  const responseHeaders = new Headers();
  const { principal, request, peerAddress } = call;
  const context = { workstation, principal, request, peerAddress, responseHeaders };
  return { answer: await route.answer(context, call.input as never), status: call.spec.status, responseHeaders };
}

function giveMutationId(call: Call): void {
  const place = (call.operation === 'allocate' ? call.input.body : call.input.query) as { mutationId?: string };
  place.mutationId ??= randomUUID();
}
