import { forgetOldAttempts } from '../access/attempts-store.ts';
import { noteAnchor } from '../audit/anchors.ts';
import { forgetAudit } from '../audit/retention-store.ts';
import { sealAll } from '../audit/sealer.ts';
import { sendAnchor } from '../audit/send-anchor.ts';
import { applyRetention } from '../fetching/ingest/retention.ts';
import { queueStamping } from '../fetching/ingest/stamping.ts';
import { finishKitDeletions } from '../keys/recovery-kit-deletion.ts';
import { deleteOldDeliveries, namedJobs } from '../manufacturing/manufacturing-retention-store.ts';
import { forgetDeviceChanges } from '../offline/sync/device-changes-store.ts';
import { deleteDoneDifferences } from '../orders/box-differences-store.ts';
import { deleteScansOfClosedOrders } from '../orders/scan-retention-store.ts';
import { keepDays } from '../platform/db/keep-days.ts';
import { readRetention } from '../platform/db/retention-settings.ts';
import { forgetAnswers } from '../platform/http/idempotency-store.ts';
import { forgetJobs } from '../platform/jobs/retention.ts';
import { forgetFormerMacs } from '../trackers/corrections-store.ts';
import type { ConsoleParts } from './parts.ts';

/** Longer than the age up to which a workstation brings its copy up to date from the journal. */
const DEVICE_CHANGES_DAYS = 30;
/** How long it is known what was wrong with a box, once it was put right. */
const DIFFERENCE_DAYS = 90;
/** How long a corrected MAC address is known. */
const FORMER_MAC_DAYS = 366;

/**
 * Forgets what is older than the settings say, and finishes what was left undone; each by itself, so that one that fails
 * keeps none from going on. Rejects when the settings can't be read.
 */
export async function keepHouse(parts: ConsoleParts): Promise<void> {
  const { db, log } = parts;
  const now = parts.now();
  const keep = await readRetention(db);
  const chores: Record<string, () => Promise<unknown>> = {
    reports: async () => {
      const dropped = await applyRetention(db, keep, now);
      if (dropped.length > 0) log.info({ dropped }, 'old location reports were dropped');
    },
    stamps: () => queueStamping(db, parts.jobs),
    jobs: () => forgetJobs(db, keep, namedJobs, now),
    webhookDeliveries: () => keepDays(keep.webhookDeliveryDays, now, (before) => deleteOldDeliveries(db, before)),
    scans: () => keepDays(keep.closedOrderScanDays, now, (before) => deleteScansOfClosedOrders(db, before)),
    differences: () => keepDays(DIFFERENCE_DAYS, now, (before) => deleteDoneDifferences(db, before)),
    answers: () => forgetAnswers(db, now),
    attempts: () => forgetOldAttempts(db, now),
    formerMacs: () => forgetFormerMacs(db, new Date(now.getTime() - FORMER_MAC_DAYS * 86_400_000)),
    deviceChanges: () => forgetDeviceChanges(db, new Date(now.getTime() - DEVICE_CHANGES_DAYS * 86_400_000)),
    recoveryKits: () => finishKitDeletions(parts),
    auditLog: () => forgetAudit(db, keep.auditDays, now),
    anchor: async () => {
      await sealAll(db);
      await noteAnchor(db, { dataDir: parts.config.dataDir, log, now, why: 'hour' });
      await sendAnchor(db, parts.config.dataDir);
    },
  };
  await Promise.all(
    Object.entries(chores).map(([chore, run]) =>
      run().catch((error: unknown) => log.warn({ err: error, chore }, 'housekeeping failed')),
    ),
  );
}
