import type { Overview } from '../../../../src-shared/contract/overview.ts';
import type { Core } from '../../app/core.ts';
import { clientOf } from '../../platform/db/listing.ts';
import type { RequestContext } from '../../platform/http/handler.ts';
import { deliveriesByDay, dwellDistribution } from './overview-charts-store.ts';
import {
  lateOrders,
  recentDeliveries,
  reportsByDay,
  statusByDay,
  trackerCounts,
  workCounts,
} from './overview-store.ts';
import { createSlowFigures } from './slow-figures.ts';

type Counts = Pick<Overview, 'trackers' | 'statusCounts' | 'reportsByDay' | 'statusByDay'>;
interface Charts {
  deliveriesByDay: Awaited<ReturnType<typeof deliveriesByDay>>;
  dwell: Awaited<ReturnType<typeof dwellDistribution>>;
}

/** What each console has worked out, by client; it goes with the console. */
const ofConsole = new WeakMap<Core, ReturnType<typeof makeFigures>>();
const makeFigures = () => ({
  counts: createSlowFigures<Counts>(() => performance.now()),
  charts: createSlowFigures<Charts>(() => performance.now()),
});
function figuresOf(core: Core) {
  const known = ofConsole.get(core) ?? makeFigures();
  ofConsole.set(core, known);
  return known;
}

/** Orders, runs and deliveries as they are now; counts over all trackers and all history as `createSlowFigures` says. */
export async function overview(context: Pick<RequestContext, 'core' | 'now' | 'transaction'>): Promise<Overview> {
  const { core, now, transaction } = context;
  const { client, ...live } = await transaction(async (tx) => ({
    client: clientOf(tx),
    ...(await workCounts(tx, now)),
    lateOrders: await lateOrders(tx, now),
    recentDeliveries: await recentDeliveries(tx),
  }));
  const counts = await figuresOf(core).counts(`${client}`, () =>
    transaction(async (tx) => ({
      ...(await trackerCounts(tx, now)),
      reportsByDay: await reportsByDay(tx, now),
      statusByDay: await statusByDay(tx, now),
    })),
  );
  return { ...live, ...counts };
}

/** Deliveries by day, and how long stays lasted. */
export async function overviewCharts(context: Pick<RequestContext, 'core' | 'now' | 'transaction'>): Promise<Charts> {
  const { core, now, transaction } = context;
  const client = await transaction(async (tx) => clientOf(tx));
  return figuresOf(core).charts(`${client}`, () =>
    transaction(async (tx) => ({
      deliveriesByDay: await deliveriesByDay(tx, now),
      dwell: await dwellDistribution(tx, now),
    })),
  );
}
