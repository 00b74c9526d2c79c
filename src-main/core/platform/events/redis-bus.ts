import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { eventSchema, type ServerEvent } from '../../../../src-shared/contract/events.ts';
import { openRedis, parseRedisUrl } from '../redis/open-redis.ts';
import { createLocalBus, type EventBus } from './bus.ts';

/** One channel for all consoles of one company; another company on the same Redis has a prefix of its own. */
const CHANNEL = 'tracker-console:events';
const messageSchema = z.object({ from: z.string(), event: eventSchema });

/**
 * Events through Redis, to every console on the same one. Listeners on this console hear at once and even while Redis
 * is away; what could not be sent meanwhile is dropped, since events are best effort. Connection errors go to `onError`.
 */
export function createRedisBus(options: { url: string; onError: (error: unknown) => void }): EventBus {
  const local = createLocalBus(options.onError);
  const self = randomUUID();
  // Commands fail at once while there is no connection, instead of queueing up events that nobody needs any more.
  const address = parseRedisUrl(options.url);
  const channel = address.prefix === '' ? CHANNEL : `${address.prefix}:${CHANNEL}`;
  const publisher = openRedis(address, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  const subscriber = openRedis(address, { maxRetriesPerRequest: null });
  publisher.on('error', options.onError);
  subscriber.on('error', options.onError);
  subscriber.on('message', (_channel, text) => {
    try {
      const message = messageSchema.parse(JSON.parse(text));
      if (message.from !== self) local.publish(message.event);
    } catch (error) {
      // A newer console may send events that this one doesn't know.
      options.onError(error);
    }
  });
  subscriber.subscribe(channel).catch(options.onError);

  return {
    publish(event: ServerEvent) {
      local.publish(event);
      if (publisher.status !== 'ready') return;
      publisher.publish(channel, JSON.stringify({ from: self, event })).catch(options.onError);
    },
    subscribe: local.subscribe,
    async close() {
      publisher.disconnect();
      subscriber.disconnect();
      await local.close();
    },
  };
}
