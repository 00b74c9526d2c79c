import {
  lateOrders,
  recentDeliveries,
  reportsByDay,
  statusByDay,
  trackerCounts,
  workCounts,
} from '../../repositories/overview.ts';
import type { Handlers } from '../handler.ts';

export const overviewHandlers = {
  async getOverview({ tx, now }) {
    return {
      ...(await trackerCounts(tx, now)),
      ...(await workCounts(tx, now)),
      lateOrders: await lateOrders(tx, now),
      reportsByDay: await reportsByDay(tx, now),
      statusByDay: await statusByDay(tx, now),
      recentDeliveries: await recentDeliveries(tx),
    };
  },
} satisfies Partial<Handlers>;
