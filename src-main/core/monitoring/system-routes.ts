import { openEventStream } from '../access/event-stream.ts';
import { attributions } from '../places/attributions.ts';
import { AppError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { openApiDocument } from '../platform/http/openapi.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import { checkReadiness } from './readiness.ts';

const documents = new Map<string, string>();

export const systemHandlers = {
  streamEvents: (context) => openEventStream(context.core, requirePrincipal(context)),

  getAbout: ({ core }) => ({
    version: core.config.version,
    database: core.db.engine,
    schedule: core.schedule.kind,
    keyState: core.keyring.state(),
    keyFile: core.keyring.where,
    attributions: [...attributions],
  }),

  getLiveness: () => ({ status: 'ok' as const }),

  async getReadiness({ core }) {
    const { ready, checks } = await checkReadiness(core);
    if (ready) return { status: 'ok' as const, checks };
    const said = Object.entries(checks)
      .map(([name, state]) => `${name}: ${state}`)
      .join('; ');
    throw new AppError('unavailable', `The console is not ready. ${said}`, { retryAfterSeconds: 1 });
  },

  async getMetrics({ core }) {
    return { contentType: core.metrics.contentType, body: await core.metrics.metrics() };
  },

  getOpenApi({ core }) {
    const { version } = core.config;
    const document = documents.get(version) ?? JSON.stringify(openApiDocument(version));
    documents.set(version, document);
    return { contentType: 'application/json', body: document };
  },
} satisfies Partial<Handlers>;
