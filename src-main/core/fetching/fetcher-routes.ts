import type { PartState } from '../../../src-shared/contract/part-state.ts';
import { gentle } from '../../../src-shared/domain/fetch-safety.ts';
import type { RandomBytes } from '../keys/envelope.ts';
import type { Keyring } from '../keys/keyring.ts';
import { changes, orNameTaken } from '../platform/db/conflicts.ts';
import type { Database } from '../platform/db/queryable.ts';
import { notFound } from '../platform/errors.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { rememberDue } from './fetch-states-store.ts';
import { fetcherState, fetchNow } from './fetcher-control.ts';
import { readFetcherSettings, readVersionedFetcherSettings, writeFetcherSettings } from './fetcher-settings.ts';
import { sealFresh } from './logins/keep-login.ts';
import { replaceLogin } from './logins/logins-store.ts';
import { checkLoginStays, checkSource, credentialSealer, testSource } from './report-sources.ts';
import {
  deleteReportSource,
  getReportSource,
  insertReportSource,
  listReportSources,
  lockReportSource,
  updateReportSource,
} from './report-sources-store.ts';
import type { FetchSchedule } from './schedule/schedule.ts';
import { loginHolder } from './source-turns-store.ts';
import { getTrackerFetchState } from './tracker-fetch-state-store.ts';

const nameTaken = {
  index: 'report_sources_name',
  field: 'name',
  message: 'Another report source has this name. Choose a different one.',
};

/** Without the fields that are undefined, so that they don't hide a default. */
const defined = ({
  minIntervalSeconds,
  maxBatchSize,
}: {
  minIntervalSeconds?: number | undefined;
  maxBatchSize?: number | undefined;
}) => ({
  ...(minIntervalSeconds === undefined ? {} : { minIntervalSeconds }),
  ...(maxBatchSize === undefined ? {} : { maxBatchSize }),
});

const sourcesChanged = ({ events }: { events: EventBus }) => {
  events.publish({ type: 'fetcher' });
  // The fetcher itself says the first; the second makes it look now.
  events.publish({ type: 'changed', resource: 'report-sources' });
};

const byPerson = (now: Date) => ({ from: 'person' as const, setAt: now });

export interface FetcherDeps {
  db: Database;
  events: EventBus;
  keyring: Keyring;
  now: () => Date;
  randomBytes: RandomBytes;
  schedule: FetchSchedule;
  workerStates: () => Record<string, PartState>;
}

export const fetcherHandlers = (deps: FetcherDeps) =>
  ({
    getFetcher: ({ tx, now }) => fetcherState(tx, deps, now),

    async controlFetcher(context, { body }) {
      const { now } = context;
      const { action, trackerIds = null } = body;
      const madeDue = action === 'fetch-now' ? await fetchNow(deps, trackerIds, now) : null;
      const state = await context.transaction(async (tx) => {
        if (action === 'fetch-now') await rememberDue(tx, trackerIds, now);
        else await writeFetcherSettings(tx, { paused: action === 'pause' }, now);
        const answer = await fetcherState(tx, deps, now);
        const asked = trackerIds === null ? {} : { trackerIds };
        await context.audit({ details: { action, ...asked, ...(madeDue === null ? {} : { madeDue }) } }, tx);
        return answer;
      });
      deps.events.publish({ type: 'fetcher' });
      return { ...state, asked: madeDue };
    },

    async getFetcherSettings({ tx }) {
      const { paused: _paused, ...settings } = await readVersionedFetcherSettings(tx);
      return settings;
    },

    async updateFetcherSettings(context, { body }) {
      const { tx, now } = context;
      const { paused: _before, ...before } = await readFetcherSettings(tx);
      await writeFetcherSettings(tx, body as Parameters<typeof writeFetcherSettings>[1], now);
      const { paused: _after, version, ...after } = await readVersionedFetcherSettings(tx);
      await context.audit({ resourceType: 'fetcher', details: changes(before, after) });
      tx.afterCommit(() => sourcesChanged(deps));
      return { ...after, version };
    },

    async getFetchState({ tx }, { params }) {
      const remembered = await getTrackerFetchState(tx, params.trackerId);
      const entry = await deps.schedule.get(params.trackerId);
      if (!entry) return { queued: false, ...remembered };
      return { queued: true, ...remembered, nextDueAt: new Date(entry.dueAt).toISOString(), factor: entry.factor };
    },

    listReportSources: ({ tx }, { query }) => listReportSources(tx, query),

    getReportSource: ({ tx }, { params }) => getReportSource(tx, params.reportSourceId),

    async createReportSource(context, { body }) {
      const { credentials, kind } = body;
      const { minIntervalSeconds, maxBatchSize } = { ...gentle(kind), ...defined(body) };
      checkSource(kind, body);
      const seal = credentials === null ? null : await credentialSealer(deps, credentials);
      const source = await context.transaction(async (tx) => {
        const fields = { ...body, minIntervalSeconds, maxBatchSize };
        const id = await orNameTaken(insertReportSource(tx, fields), nameTaken);
        if (seal) await replaceLogin(tx, id, seal(id), byPerson(context.now));
        const made = await getReportSource(tx, id);
        const { state: _state, ...details } = made;
        await context.audit({ resourceType: 'report-source', resourceId: id, details }, tx);
        return made;
      });
      sourcesChanged(deps);
      return source;
    },

    async updateReportSource(context, { params, body }) {
      const id = params.reportSourceId;
      const { credentials, ...fields } = body;
      const found = await context.transaction((tx) => getReportSource(tx, id));
      const anisetteUrl = fields.anisetteUrl === undefined ? found.anisetteUrl : fields.anisetteUrl;
      checkSource(found.kind, { anisetteUrl, credentials: credentials ?? null, loginFile: fields.loginFile });
      const seal = credentials ? await credentialSealer(deps, credentials) : null;
      const source = await context.transaction(async (tx) => {
        await context.checkVersion(tx);
        const before = await lockReportSource(tx, id);
        const leaves = credentials === undefined && checkLoginStays(before, fields);
        await orNameTaken(updateReportSource(tx, id, fields), nameTaken);
        if (credentials !== undefined || leaves)
          await replaceLogin(tx, id, seal ? seal(id) : null, byPerson(context.now));
        const after = await getReportSource(tx, id);
        const { state: _state, ...changed } = changes(before, after);
        const details = { ...changed, ...(credentials === undefined ? {} : { credentialsReplaced: true }) };
        await context.audit({ resourceType: 'report-source', resourceId: id, details }, tx);
        return after;
      });
      sourcesChanged(deps);
      return source;
    },

    async renewReportSourceLogin(context, { params, body }) {
      const id = params.reportSourceId;
      const { kind, anisetteUrl } = await context.transaction((tx) => getReportSource(tx, id));
      checkSource(kind, { anisetteUrl, credentials: body.credentials });
      const holder = await loginHolder(deps.db, id);
      if (!holder) throw notFound('report source', id);
      const sealed = await sealFresh({ ...deps, keys: deps.keyring }, holder, body.credentials);
      const replaced = sealed !== null;
      const source = await context.transaction(async (tx) => {
        await lockReportSource(tx, id);
        if (sealed) await replaceLogin(tx, id, sealed, { from: 'api', setAt: context.now });
        await context.audit({ resourceType: 'report-source', resourceId: id, details: { replaced } }, tx);
        return getReportSource(tx, id);
      });
      if (replaced) sourcesChanged(deps);
      return { replaced, login: source.state.login };
    },

    async deleteReportSource(context, { params }) {
      const { tx } = context;
      const id = params.reportSourceId;
      const { name } = await getReportSource(tx, id);
      if (!(await deleteReportSource(tx, id))) throw notFound('report source', id);
      await context.audit({ resourceType: 'report-source', resourceId: id, details: { name } });
      tx.afterCommit(() => sourcesChanged(deps));
    },

    async testReportSource(context, { params }) {
      const id = params.reportSourceId;
      const result = await testSource(deps, id, context.request.signal);
      await context.audit({
        resourceType: 'report-source',
        resourceId: id,
        details: { ok: result.ok, reason: result.reason },
      });
      sourcesChanged(deps);
      return result;
    },
  }) satisfies Partial<Handlers>;
