import type { Registry } from 'prom-client';
import type { PartState } from '../../../src-shared/contract/part-state.ts';
import { inWords, isAble, isDown } from '../../../src-shared/domain/part-state.ts';
import type { FetchSchedule } from '../fetching/schedule/schedule.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { Workstation } from '../offline/workstation.ts';
import { attributions } from '../places/attributions.ts';
import { changes } from '../platform/db/conflicts.ts';
import type { Database } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { readNetworkSettings, writeNetworkSettings } from '../platform/http/network-settings.ts';
import { openApiDocument } from '../platform/http/openapi.ts';
import { clockOffMs, createReadiness } from './readiness.ts';

const documents = new Map<string, string>();

export interface SystemDeps {
  config: { readonly version: string };
  db: Database;
  keyring: Keyring;
  metrics: Registry;
  now: () => Date;
  schedule: FetchSchedule;
  workstation: Workstation | null;
  workerStates: () => Record<string, PartState>;
}

export const systemHandlers = (deps: SystemDeps) => {
  const readiness = createReadiness(deps);
  return {
    getAbout: () => ({
      version: deps.config.version,
      database: deps.db.engine,
      schedule: deps.schedule.kind,
      keyState: deps.keyring.state(),
      keyFile: deps.keyring.where,
      attributions: [...attributions],
    }),

    async getNotices() {
      const { checks, backup } = await readiness();
      const troubles = Object.entries(checks).flatMap(([part, state]) =>
        'why' in state && (isDown(state) || (part === 'sources' && state.is === 'warns'))
          ? [{ part, why: state.why }]
          : [],
      );
      return { clockOffMs: clockOffMs(deps.workstation), backup, troubles };
    },

    getNetworkSettings: ({ tx }) => readNetworkSettings(tx),

    async updateNetworkSettings(context, { body }) {
      const { tx, now } = context;
      const before = await readNetworkSettings(tx);
      await writeNetworkSettings(tx, body as { privateNetworks?: boolean; anchorUrl?: string | null }, now);
      const after = await readNetworkSettings(tx);
      await context.audit({ resourceType: 'network-settings', details: changes(before, after) });
      return after;
    },

    getLiveness: () => ({ status: 'ok' as const }),

    async getReadiness() {
      const { ready, checks } = await readiness();
      if (ready) return { status: 'ok' as const, checks };
      const said = Object.entries(checks).flatMap(([name, state]) =>
        isAble(state) ? [] : [`${name}: ${inWords(state)}`],
      );
      throw new AppError('unavailable', `The console is not ready. ${said.join(' ')}`, {
        checks,
        retryAfterSeconds: 1,
      });
    },

    async getMetrics() {
      return { contentType: deps.metrics.contentType, body: await deps.metrics.metrics() };
    },

    getOpenApi() {
      const { version } = deps.config;
      const document = documents.get(version) ?? JSON.stringify(openApiDocument(version));
      documents.set(version, document);
      return { contentType: 'application/json', body: document };
    },
  } satisfies Partial<Handlers>;
};
