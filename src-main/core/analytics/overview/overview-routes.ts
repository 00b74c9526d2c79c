import type { Handlers } from '../../platform/http/handler.ts';
import { createOverviewFigures } from './overview.ts';

export const overviewHandlers = (deps: { elapsedMs: () => number }) => {
  const figures = createOverviewFigures(deps);
  return {
    getOverview: (context) => figures.overview(context),
    getOverviewCharts: (context) => figures.charts(context),
  } satisfies Partial<Handlers>;
};
