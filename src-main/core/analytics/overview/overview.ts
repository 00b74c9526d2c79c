import type { Overview } from '../../../../src-shared/contract/overview.ts';
import { knowsTimeZone } from '../../clients/production-runs-store.ts';
import { invalid } from '../../platform/db/conflicts.ts';
import { clientOf } from '../../platform/db/listing.ts';
import type { Transaction } from '../../platform/db/queryable.ts';
import type { RequestContext } from '../../platform/http/handler.ts';
import { readThresholds } from '../alerts/thresholds.ts';
import { chartDays } from './chart-days-store.ts';
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
  overview(asked: Asked, timeZone: string): Promise<Overview>;
  /** Deliveries by day, and how long stays lasted. */
  charts(asked: Asked, timeZone: string): Promise<Charts>;
}

/** The client whose figures they are. Throws AppError `validation-failed` for a time zone that the database doesn't know. */
async function allowed(tx: Transaction, timeZone: string): Promise<number | null> {
  if (timeZone !== 'run' && timeZone !== 'UTC' && !(await knowsTimeZone(tx, timeZone)))
    throw invalid('timeZone', 'Use an IANA time zone name such as Europe/Zurich.');
  return clientOf(tx);
}

/** What one console has worked out, by client and by whose days. */
export function createOverviewFigures({ elapsedMs }: { elapsedMs: () => number }): OverviewFigures {
  const slowCounts = createSlowFigures<Counts>(elapsedMs);
  const slowCharts = createSlowFigures<Charts>(elapsedMs);
  return {
    async overview({ now, transaction }, timeZone) {
      const { client, ...live } = await transaction(async (tx) => ({
        client: await allowed(tx, timeZone),
        ...(await workCounts(tx, now)),
        lateOrders: await lateOrders(tx, now),
        recentDeliveries: await recentDeliveries(tx),
      }));
      const counts = await slowCounts(`${client} ${timeZone}`, () =>
        transaction(async (tx) => ({
          ...(await trackerCounts(tx, now, (await readThresholds(tx)).silentHours)),
          reportsByDay: await reportsByDay(tx, now),
          statusByDay: await statusByDay(tx, now, await chartDays(tx, now, timeZone)),
        })),
      );
      return { ...live, ...counts };
    },
    async charts({ now, transaction }, timeZone) {
      const client = await transaction((tx) => allowed(tx, timeZone));
      return slowCharts(`${client} ${timeZone}`, () =>
        transaction(async (tx) => {
          const days = await chartDays(tx, now, timeZone);
          return { deliveriesByDay: await deliveriesByDay(tx, days), dwell: await dwellDistribution(tx, now, days) };
        }),
      );
    },
  };
}
