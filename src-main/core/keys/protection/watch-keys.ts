import type { Logger } from 'pino';
import type { EventBus } from '../../platform/events/bus.ts';
import type { JobQueue } from '../../platform/jobs/queue.ts';
import type { KeyGeneratorPool } from '../generator/key-generator-pool.ts';
import type { Keyring } from '../keyring.ts';

/** Without Redis a console hears of another one's rotation by looking. */
const LOOK_EVERY_MS = 30_000;

/**
 * Keeps this console in step with the keys: jobs wait or go on as keys are locked and unlocked, and a rotation by
 * another console is noticed. Returns the function that ends it.
 */
export function watchKeys(deps: {
  keyring: Keyring;
  jobs: JobQueue;
  events: EventBus;
  log: Logger;
  keyGenerator: KeyGeneratorPool | null;
}): () => void {
  const { keyring, jobs, events, log, keyGenerator } = deps;
  const look = () =>
    void keyring
      .refresh()
      .catch((error: unknown) => log.warn({ err: error }, 'the key in use could not be looked for'));
  const ends = [
    keyring.onChange(async () => {
      log.info({ keyState: keyring.state() }, 'the state of the keys changed');
      events.publish({ type: 'changed', resource: 'key-protection' });
      // Jobs that hold data keys give themselves back; after them nobody makes keys.
      await jobs.recheck();
      if (keyring.state() === 'locked') await keyGenerator?.forget();
    }),
    events.subscribe((event) => {
      if (event.type === 'changed' && event.resource === 'key-protection') look();
    }),
  ];
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const end of ends) end();
  };
}
