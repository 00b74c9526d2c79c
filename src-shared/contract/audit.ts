import { z } from 'zod';
import { id, idText, instant, page, pageQuery, params, sortsBy } from './common.ts';
import { adminOnly } from './roles.ts';
import { file, json, route } from './route.ts';

const auditEntrySchema = z.object({
  id,
  at: instant,
  actor: z.string().nullable(),
  /** What the actor is called, where it is a user. */
  actorName: z.string().nullable(),
  action: z.string(),
  resourceType: z.string().nullable(),
  resourceId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** An entry has to match every filter. An `action` that ends in a dot (`auth.`) matches all that begin with it. */
export const auditFilters = z.object({
  actor: z.string().trim().max(100).optional(),
  action: z.string().trim().max(100).optional(),
  resourceType: z.string().trim().max(100).optional(),
  resourceId: z.string().trim().max(100).optional(),
  /** Included. */
  from: instant.optional(),
  /** Not included. */
  to: instant.optional(),
});

const anchorSchema = z.object({ id, at: instant });

export const auditSorts = sortsBy('at');

export const auditRoutes = {
  listAuditEntries: route({
    method: 'GET',
    path: '/audit-entries',
    summary: 'Audit log, newest first',
    tag: 'audit',
    access: adminOnly,
    query: pageQuery.extend({ ...auditFilters.shape, sort: z.enum(auditSorts).default('-at') }),
    output: json(page(auditEntrySchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  listTrackerAudit: route({
    method: 'GET',
    path: '/trackers/{trackerId}/audit-entries',
    summary: 'Audit entries that name a tracker, newest first',
    tag: 'audit',
    access: adminOnly,
    params: params.tracker,
    query: pageQuery,
    output: json(page(auditEntrySchema)),
    status: 200,
    idempotent: true,
    audited: null,
  }),
  exportAuditLog: route({
    method: 'GET',
    path: '/audit-entries/export',
    summary:
      'The audit log as a file, oldest first: CSV, or one JSON document a line with all that the hash is made of',
    tag: 'audit',
    access: adminOnly,
    query: auditFilters.extend({ format: z.enum(['csv', 'jsonl']).default('jsonl') }),
    output: file('text/csv', 'application/x-ndjson'),
    status: 200,
    idempotent: true,
    audited: 'audit.export',
    ownTransaction: true,
  }),
  verifyAuditLog: route({
    method: 'GET',
    path: '/audit-entries/verification',
    summary:
      'Walks the hash chain and names the first broken entry. A deleted end, or a log that was started again, can’t be seen from within: the anchors that this console has noted outside of the database are looked up, and an entry known from an earlier export',
    tag: 'audit',
    access: adminOnly,
    query: z.object({
      knownId: idText.optional(),
      knownHash: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'Give the hash as 64 hexadecimal digits.')
        .optional(),
    }),
    output: json(
      z.object({
        ok: z.boolean(),
        entries: z.number().int(),
        firstBrokenId: id.nullable(),
        /** Null when no known entry was given. */
        knownStands: z.boolean().nullable(),
        /** Entries noted by this console outside of the database. */
        anchors: z.object({
          count: z.number().int(),
          newest: anchorSchema.nullable(),
          /** Those that no longer stand: gone, or with another hash. The first ten. */
          broken: z.array(anchorSchema.extend({ gone: z.boolean() })),
          brokenCount: z.number().int(),
          /** Lines of the file that hold no anchor. */
          damagedLines: z.number().int(),
        }),
        /** Entries after the newest anchor: were they cut off, nobody could tell. */
        unanchored: z.number().int(),
        /** There are users, and the log is empty or begins after the first of them. */
        beginning: z.enum(['whole', 'emptied', 'late']),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
  }),
};
