import type { ServerEvent } from '../../../../src-shared/contract/events.ts';

/**
 * Carries events to whoever listens on this console, and with Redis to every console of the company. Delivery is best
 * effort: an event only says that something changed, and the truth is in the database.
 */
export interface EventBus {
  publish(event: ServerEvent): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: ServerEvent) => void): () => void;
  close(): Promise<void>;
}

/** The embedded default: within this process. A listener that throws does not keep the others from hearing. */
export function createLocalBus(onError: (error: unknown) => void): EventBus {
  const listeners = new Set<(event: ServerEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          onError(error);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => listeners.clear(),
  };
}
