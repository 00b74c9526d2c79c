import { getProductionRun } from '../clients/production-runs-store.ts';
import { createDataKey } from '../keys/data-keys.ts';
import type { RandomBytes } from '../keys/envelope.ts';
import type { Keyring } from '../keys/keyring.ts';
import { nobleEngine } from '../keys/p224/p224.ts';
import { chosen } from '../platform/db/conflicts.ts';
import { type Database, systemScope } from '../platform/db/queryable.ts';
import type { EventBus } from '../platform/events/bus.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { correctLabel, previewCorrection } from './correct-tracker.ts';
import { readTracker, refuseKnown, storeTracker } from './create-tracker.ts';

export interface CorrectionDeps {
  db: Database;
  events: EventBus;
  keyring: Keyring;
  randomBytes: RandomBytes;
  now: () => Date;
}

export const trackerCorrectionHandlers = (deps: CorrectionDeps) => {
  const tell = () => deps.events.publish({ type: 'changed', resource: 'trackers' });
  return {
    previewTrackerCorrection: ({ tx }, { params, query }) => previewCorrection(tx, params.trackerId, query),
    async correctTracker(context, { params, body }) {
      const { reason, ...asked } = body;
      const correction = await correctLabel(context.tx, params.trackerId, asked, context.now);
      await context.audit({
        resourceType: 'tracker',
        resourceId: params.trackerId,
        details: { trackerId: params.trackerId, reason, ...correction },
      });
      context.tx.afterCommit(tell);
      return correction;
    },
    async createTracker(context, { body }) {
      const { reason, dryRun, ...typed } = body;
      const { now } = context;
      const tracker = readTracker(typed, nobleEngine);
      const { privateKey } = tracker;
      try {
        const sharesAddressWith = await context.transaction(async (tx) => {
          if (typed.productionRunId !== null)
            await chosen(
              getProductionRun(tx, now, typed.productionRunId),
              'productionRunId',
              'This production run does not exist. Choose another.',
            );
          return refuseKnown(tx, tracker);
        });
        const trackerId = await deps.db.transaction(systemScope, async (tx) => {
          const dataKey = privateKey && !dryRun ? await createDataKey(tx, deps.keyring, deps) : null;
          const sealing = dataKey && { dataKey, randomBytes: deps.randomBytes };
          const id = dryRun ? null : await storeTracker(tx, tracker, sealing, now);
          dataKey?.key.fill(0);
          const { macAddress, serialNumber, productionRunId } = tracker;
          const details = {
            reason,
            dryRun,
            hasPrivateKey: privateKey !== null,
            macAddress,
            serialNumber,
            productionRunId,
          };
          await context.audit(
            {
              resourceType: 'tracker',
              ...(id === null ? {} : { resourceId: id }),
              details: id === null ? details : { trackerId: id, ...details },
            },
            tx,
          );
          if (id !== null) tx.afterCommit(tell);
          return id;
        });
        return {
          trackerId,
          advertisementKey: tracker.advertisementKey.toString('base64'),
          hashedAdvertisementKey: tracker.hashedKey.toString('base64'),
          broadcastAddress: tracker.broadcastAddress,
          macAddress: tracker.macAddress,
          hasPrivateKey: privateKey !== null,
          sharesAddressWith,
        };
      } finally {
        privateKey?.fill(0);
      }
    },
  } satisfies Partial<Handlers>;
};
