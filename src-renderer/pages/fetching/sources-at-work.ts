import type { ReportSource } from '../../../src-shared/contract/fetcher.ts';
import { loginStateOf } from '../../../src-shared/domain/login-life.ts';

/** A source that is paused after failures or being tried again, or that names nobody that it named before. */
export const fails = ({ state }: Pick<ReportSource, 'state'>): boolean =>
  state.circuit !== 'closed' || state.blindSince !== null;

/** Its login is refused, or about to be. */
const wantsLogin = ({ state: { login }, hasCredentials }: ReportSource, now: number): boolean =>
  ['expiring', 'refused'].includes(loginStateOf(login, hasCredentials, now));

/** Switched on, and neither failing nor refused. */
export const mayBeAsked = (source: ReportSource, now: number): boolean =>
  source.enabled && !fails(source) && loginStateOf(source.state.login, source.hasCredentials, now) !== 'refused';

/** How many sources are switched on, and how many of these fail, or were never asked. */
export function sourcesAtWork(all: readonly ReportSource[], now: number) {
  const enabled = all.filter((source) => source.enabled);
  return {
    sources: enabled.length,
    failing: enabled.filter(fails).length,
    wantLogin: enabled.filter((source) => wantsLogin(source, now)).length,
    neverAsked: enabled.filter(({ state }) => state.lastRequestAt === null).length,
  };
}
