import type { Handlers } from '../../platform/http/handler.ts';
import { overview, overviewCharts } from './overview.ts';

export const overviewHandlers = {
  getOverview: (context) => overview(context),
  getOverviewCharts: (context) => overviewCharts(context),
} satisfies Partial<Handlers>;
