import type { HandlerInput, HandlerOutput } from '../../../src-shared/contract/route.ts';
import type { OperationId, Routes } from '../../../src-shared/contract/routes.ts';
import type { Principal } from '../platform/http/principal.ts';
import type { Workstation } from './workstation.ts';

export interface OfflineContext {
  workstation: Workstation;
  /** Null only on public routes. */
  principal: Principal | null;
  request: Request;
  peerAddress: string;
  responseHeaders: Headers;
}

/** How a route is answered while the central database is out of reach. */
export interface OfflineRoute<K extends OperationId> {
  answer: (
    context: OfflineContext,
    input: HandlerInput<Routes[K]>,
  ) => Promise<HandlerOutput<Routes[K]>> | HandlerOutput<Routes[K]>;
  /**
   * Also while what was done meanwhile is being sent: acts must not overtake those that wait, and counts must hold what
   * was assumed here.
   */
  whileCatchingUp: boolean;
  /** Whether the central request may be made twice, because sending it again changes nothing. */
  repeatable: boolean;
}

export type OfflineRoutes = { [K in OperationId]?: OfflineRoute<K> };

/** Says that the answer lacks something: how many of how many trackers are kept here. */
export function markPart({ responseHeaders }: OfflineContext, kept: number, whole: number): void {
  if (kept < whole) responseHeaders.set('x-data-part', `${kept}/${whole}`);
}

/** Says how old the answer is: seconds, and since when. */
export function markAge({ workstation, responseHeaders }: OfflineContext, readAt: number | null): void {
  if (readAt === null) return;
  const age = Math.max(0, Math.round((workstation.clock.now().getTime() - readAt) / 1000));
  responseHeaders.set('x-data-age', String(age));
  responseHeaders.set('x-data-as-of', new Date(readAt).toISOString());
}
