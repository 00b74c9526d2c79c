import { assessment } from '../analytics/alerts/assess.ts';
import { saveLeftOut } from '../fetching/ingest/location-reports-store.ts';
import type { FoldHooks } from '../status/after-fold.ts';
import { createStatusEngine, type StatusEngine, type StatusEngineDeps } from '../status/engine.ts';

/** The status engine with what other rooms do for it. */
export const createConsoleStatusEngine = (deps: Omit<StatusEngineDeps, keyof FoldHooks>): StatusEngine =>
  createStatusEngine({ ...deps, saveLeftOut, afterFold: assessment });
