import { invalid } from '../platform/db/conflicts.ts';
import { streamOf } from '../platform/files/stream-of.ts';
import type { Handlers } from '../platform/http/handler.ts';
import { auditExport } from './audit-export.ts';
import { chainedEntries, entryStands, listAuditEntries, verifyAuditLog } from './audit-log-store.ts';

export const auditHandlers = {
  listAuditEntries: ({ tx }, { query }) => listAuditEntries(tx, query),

  async exportAuditLog(context, { query }) {
    const { format, ...filters } = query;
    // Written first, so that the export holds itself.
    await context.audit({ resourceType: 'audit-log', details: query });
    const pages = auditExport(format, (afterId, limit) =>
      context.transaction((tx) => chainedEntries(tx, filters, afterId, limit)),
    );
    return {
      contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
      fileName: `audit-log-${context.now.toISOString().slice(0, 10)}.${format}`,
      body: streamOf(pages),
    };
  },

  async verifyAuditLog({ tx }, { query: { knownId, knownHash } }) {
    if ((knownId === undefined) !== (knownHash === undefined))
      throw invalid(knownId === undefined ? 'knownId' : 'knownHash', 'Give the id and the hash of the known entry.');
    const known = knownId === undefined || knownHash === undefined ? null : await entryStands(tx, knownId, knownHash);
    const walked = await verifyAuditLog(tx);
    return { ...walked, ok: walked.ok && known !== false, knownStands: known };
  },
} satisfies Partial<Handlers>;
