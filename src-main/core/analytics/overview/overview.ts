import type { Overview } from '../../../../src-shared/contract/overview.ts';
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

type Asked = Pick<RequestContext, 'now' | 'transaction'>;

export interface OverviewFigures {
  /** Orders, runs and deliveries as they are now; counts over all trackers and all history as `createSlowFigures` says. */
  overview(asked: Asked): Promise<Overview>;
  /** Deliveries by day, and how long stays lasted. */
  charts(asked: Asked): Promise<Charts>;
}

/** What one console has worked out, by client. */
export function createOverviewFigures({ elapsedMs }: { elapsedMs: () => number }): OverviewFigures {
  const slowCounts = createSlowFigures<Counts>(elapsedMs);
  const slowCharts = createSlowFigures<Charts>(elapsedMs);
  return {
    async overview({ now, transaction }) {
      const { client, ...live } = await transaction(async (tx) => ({
        client: clientOf(tx),
        ...(await workCounts(tx, now)),
        lateOrders: await lateOrders(tx, now),
        recentDeliveries: await recentDeliveries(tx),
      }));
      const counts = await slowCounts(`${client}`, () =>
        transaction(async (tx) => ({
          ...(await trackerCounts(tx, now)),
          reportsByDay: await reportsByDay(tx, now),
          statusByDay: await statusByDay(tx, now),
        })),
      );
      return { ...live, ...counts };
    },
    async charts({ now, transaction }) {
      const client = await transaction(async (tx) => clientOf(tx));
      return slowCharts(`${client}`, () =>
        transaction(async (tx) => ({
          deliveriesByDay: await deliveriesByDay(tx, now),
          dwell: await dwellDistribution(tx, now),
        })),
      );
    },
  };
}
