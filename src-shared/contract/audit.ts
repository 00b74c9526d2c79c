import { z } from 'zod';
import { id, idText, instant, page, pageQuery, params, sortsBy } from './common.ts';
import { adminOnly } from './roles.ts';
import { file, json, route } from './route.ts';

const auditEntrySchema = z.object({
  /** Its place in the chain; null while it is not sealed yet, as the hash is. */
  id: id.nullable(),
  /** In the order of writing, which the chain has too but for transactions that took long. It never changes. */
  sequence: z.number().int().positive(),
  at: instant,
  actor: z.string().nullable(),
  /** What the actor is called, where it is a user. */
  actorName: z.string().nullable(),
  action: z.string(),
  resourceType: z.string().nullable(),
  resourceId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  hash: z.string().nullable(),
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
    summary:
      'Audit log, newest first. An entry is sealed into the chain within a second; until then it has no id and no hash',
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
      'Walks the hash chain and names the first broken entry. A long chain takes several requests: each goes on where the last one ended (`continueWith`). What is not sealed yet can’t be checked, and is counted. A deleted end, or a log that was started again, can’t be seen from within: the anchors that this console has noted outside of the database are looked up, and an entry known from an earlier export',
    tag: 'audit',
    access: adminOnly,
    query: z.object({
      knownId: idText.optional(),
      knownHash: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'Give the hash as 64 hexadecimal digits.')
        .optional(),
      /** `checkpoint`: after the last entry that this console found right, as it noted it outside of the database. */
      from: z.enum(['beginning', 'checkpoint']).default('beginning'),
      /** Of the last answer, to go on. */
      continueWith: z.uuid().optional(),
    }),
    output: json(
      z.object({
        /** Nothing is wrong, as far as the walk has come. */
        ok: z.boolean(),
        /** Those that were looked at. */
        entries: z.number().int(),
        firstBrokenId: id.nullable(),
        isOver: z.boolean(),
        /** About how many entries are to be looked at yet. */
        left: z.number().int(),
        continueWith: z.uuid().nullable(),
        /** The checkpoint that the walk began after; null for the beginning. */
        after: anchorSchema.nullable(),
        /** The last entry that retention has removed, and when: the walk goes on from its hash, which the log has kept. */
        removed: anchorSchema.nullable(),
        /** Null when no known entry was given, or retention has removed it. */
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
        /** Entries that the chain doesn't have yet: they were written, and could be changed or deleted unnoticed. */
        unsealed: z.object({ count: z.number().int(), since: instant.nullable() }),
        /** There are users, and the log is empty or begins after the first of them. */
        beginning: z.enum(['whole', 'emptied', 'late']),
      }),
    ),
    status: 200,
    idempotent: true,
    audited: null,
    ownTransaction: true,
  }),
};
