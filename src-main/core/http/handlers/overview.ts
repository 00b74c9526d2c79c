import { overview, overviewCharts } from '../../services/overview.ts';
import type { Handlers } from '../handler.ts';

export const overviewHandlers = {
  getOverview: (context) => overview(context),
  getOverviewCharts: (context) => overviewCharts(context),
} satisfies Partial<Handlers>;
