import type { Handlers } from '../platform/http/handler.ts';
import { requirePrincipal } from '../platform/http/principal.ts';
import type { EventStreams } from './event-stream.ts';

export const eventStreamHandlers = (deps: { eventStreams: EventStreams }) =>
  ({
    streamEvents: (context) => deps.eventStreams.open(requirePrincipal(context)),
  }) satisfies Partial<Handlers>;
