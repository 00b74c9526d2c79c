import type { Handlers } from '../../platform/http/handler.ts';
import { createOverviewFigures } from './overview.ts';

export const overviewHandlers = () => {
  const figures = createOverviewFigures();
  return {
    getOverview: (context) => figures.overview(context),
    getOverviewCharts: (context) => figures.charts(context),
  } satisfies Partial<Handlers>;
};
