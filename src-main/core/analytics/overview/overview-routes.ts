import type { Handlers } from '../../platform/http/handler.ts';
import { createOverviewFigures } from './overview.ts';

export const overviewHandlers = (deps: { elapsedMs: () => number }) => {
  const figures = createOverviewFigures(deps);
  return {
    getOverview: (context, { query }) => figures.overview(context, query.timeZone ?? 'UTC'),
    getOverviewCharts: (context, { query }) => figures.charts(context, query.timeZone ?? 'UTC'),
  } satisfies Partial<Handlers>;
};
