import { invalid } from '../platform/db/conflicts.ts';
import { streamOf } from '../platform/files/stream-of.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { noteAnchor, readAnchors } from './anchors.ts';
import { auditExport } from './audit-export.ts';
import {
  beginningOf,
  brokenAnchors,
  chainedEntries,
  entryStands,
  lastEntry,
  listAuditEntries,
  verifyAuditLog,
} from './audit-log-store.ts';

export interface AuditDeps {
  config: { readonly dataDir: string };
}
const BROKEN_SHOWN = 10;

export const auditHandlers = ({ config: { dataDir } }: AuditDeps) =>
  ({
    listAuditEntries: ({ tx }, { query }) => listAuditEntries(tx, query),

    async exportAuditLog(context, { query }) {
      const { format, ...filters } = query;
      // Written first, so that the export holds itself.
      await context.audit({ resourceType: 'audit-log', details: query });
      await context.transaction((tx) => noteAnchor(tx, { dataDir, log: context.log, now: context.now, why: 'export' }));
      const pages = auditExport(format, (afterId, limit) =>
        context.transaction((tx) => chainedEntries(tx, filters, afterId, limit)),
      );
      return {
        contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
        fileName: `audit-log-${context.now.toISOString().slice(0, 10)}.${format}`,
        body: streamOf(pages),
      };
    },

    async verifyAuditLog({ tx, log, now }, { query: { knownId, knownHash } }) {
      if ((knownId === undefined) !== (knownHash === undefined))
        throw invalid(knownId === undefined ? 'knownId' : 'knownHash', 'Give the id and the hash of the known entry.');
      const known = knownId === undefined || knownHash === undefined ? null : await entryStands(tx, knownId, knownHash);
      const { anchors, damaged } = await readAnchors(dataDir);
      const broken = await brokenAnchors(tx, anchors);
      const walked = await verifyAuditLog(tx);
      const beginning = await beginningOf(tx);
      const last = await lastEntry(tx);
      const newest = anchors.at(-1) ?? null;
      const ok = walked.ok && known !== false && broken.length === 0 && beginning !== 'emptied';
      // What was looked at can be told from what comes.
      if (ok) await noteAnchor(tx, { dataDir, log, now, why: 'verification' });
      return {
        ...walked,
        ok,
        knownStands: known,
        anchors: {
          count: anchors.length,
          newest: newest && { id: newest.id, at: newest.at },
          broken: broken.slice(0, BROKEN_SHOWN).map(({ id, at, gone }) => ({ id, at, gone })),
          brokenCount: broken.length,
          damagedLines: damaged,
        },
        unanchored: Math.max(0, (last?.id ?? 0) - (newest?.id ?? 0)),
        beginning,
      };
    },
  }) satisfies Partial<Handlers>;
