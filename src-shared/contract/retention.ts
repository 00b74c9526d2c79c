import { z } from 'zod';
import { version } from './common.ts';
import { adminOnly, staff } from './roles.ts';
import { json, route } from './route.ts';

/** Days that something is kept; null keeps it for good. */
const days = z.int().min(1).max(36_500).nullable();

/** Never less than the database lets go (`forget_audit_before`). */
const auditDays = z.int().min(30).max(36_500).nullable();

/** For how long what is over is kept. Fields that are not stored, or not as they should be, have their defaults. */
export const retentionSchema = z.object({
  /** Jobs that are over and that nothing names any more, imports and exports too. */
  jobDays: days.catch(365),
  /** The rejected rows of an import, as it sent them; its counts stay as long as its job. */
  rejectedRowDays: days.catch(90),
  /** Answers of a source that can't be read. They are for looking into a fault, and no source gives one as old again. */
  corruptReportDays: days.catch(90),
  /** Deliveries to a manufacturer's webhook that arrived or were given up. */
  webhookDeliveryDays: days.catch(180),
  /** Scans of orders that were closed or cancelled so long ago; who has which device stays. */
  closedOrderScanDays: days.catch(1095),
  /** Entries of the audit log; the last month always stays. */
  auditDays: auditDays.catch(null),
});
export type Retention = z.infer<typeof retentionSchema>;

const change = z.object({
  jobDays: days,
  rejectedRowDays: days,
  corruptReportDays: days,
  webhookDeliveryDays: days,
  closedOrderScanDays: days,
  auditDays,
} satisfies Record<keyof Retention, typeof days>);
const answer = change.extend({ version });

export const retentionRoutes = {
  getRetention: route({
    method: 'GET',
    path: '/retention',
    tag: 'system',
    access: staff,
    summary: 'For how many days what is over is kept; null keeps it for good',
    output: json(answer),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  updateRetention: route({
    method: 'PATCH',
    path: '/retention',
    tag: 'system',
    access: adminOnly,
    summary: 'Change for how many days what is over is kept; what is older goes within the hour',
    body: json(change.partial().refine((body) => Object.keys(body).length > 0, 'Give at least one field to change.')),
    output: json(answer),
    status: 200,
    idempotent: true,
    audited: 'retention.update',
    versioned: { record: 'settings/job-retention' },
  }),
};
