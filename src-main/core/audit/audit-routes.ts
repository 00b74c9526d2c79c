import { invalid } from '../platform/db/conflicts.ts';
import { iso, isoOrNull } from '../platform/db/listing.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { streamOf } from '../platform/files/stream-of.ts';
import type { Handlers, RequestContext } from '../platform/http/handler.ts';
import { type Anchor, noteAnchor, readAnchors } from './anchors.ts';
import { unsealedEntries } from './append-store.ts';
import { auditExport } from './audit-export.ts';
import {
  beginningOf,
  brokenAnchors,
  chainedEntries,
  entryStands,
  lastEntry,
  listAuditEntries,
} from './audit-log-store.ts';
import { beginningLink, removedFrom } from './retention-store.ts';
import { sealAll } from './sealer.ts';
import { beginWalk, createWalks, walkOn } from './verification.ts';

export interface AuditDeps {
  config: { readonly dataDir: string };
}
const BROKEN_SHOWN = 10;
/** So long a request walks along the chain. Whoever asked goes on with the next. */
const WALK_MS = 2000;

/** Each statement as a transaction of its own. */
const oneByOne = (context: RequestContext): Queryable => ({
  query: (statement) => context.transaction((tx) => tx.query(statement)),
});

export const auditHandlers = ({ config: { dataDir } }: AuditDeps) => {
  const walks = createWalks();
  return {
    listAuditEntries: ({ tx }, { query }) => listAuditEntries(tx, query),

    async exportAuditLog(context, { query }) {
      const { format, ...filters } = query;
      // Written first, so that the export holds itself.
      await context.audit({ resourceType: 'audit-log', details: query });
      const db = oneByOne(context);
      await sealAll(db);
      await noteAnchor(db, { dataDir, log: context.log, now: context.now, why: 'export' });
      const pages = auditExport(format, (cursor, limit) => chainedEntries(db, filters, cursor, limit));
      return {
        contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
        fileName: `audit-log-${context.now.toISOString().slice(0, 10)}.${format}`,
        body: streamOf(pages),
      };
    },

    async verifyAuditLog(context, { query: { knownId, knownHash, from, continueWith } }) {
      if ((knownId === undefined) !== (knownHash === undefined))
        throw invalid(knownId === undefined ? 'knownId' : 'knownHash', 'Give the id and the hash of the known entry.');
      const { log, now } = context;
      const db = oneByOne(context);
      const begun = continueWith === undefined ? null : walks.take(continueWith);
      if (begun === null) await sealAll(db);
      const removed = await removedFrom(db);
      const known =
        knownId === undefined || knownHash === undefined || knownId < (removed?.id ?? 0)
          ? null
          : await entryStands(db, knownId, knownHash, removed);
      const { anchors, damaged } = await readAnchors(dataDir);
      const broken = await brokenAnchors(db, anchors, removed);
      const checkpoint = anchors.findLast(({ why, id }) => why === 'verification' && id >= (removed?.id ?? 0));
      const isChecked = checkpoint !== undefined && broken.length === 0;
      const walk = await walkOn(
        db,
        begun ?? beginWalk(from === 'checkpoint' && isChecked ? linkOf(checkpoint) : beginningLink(removed)),
        WALK_MS,
      );
      const beginning = await beginningOf(db, removed);
      const last = await lastEntry(db);
      const newest = anchors.at(-1) ?? null;
      const { firstBrokenId, isOver } = walk;
      const ok = firstBrokenId === null && known !== false && broken.length === 0 && beginning !== 'emptied';
      // What was looked at can be told from what comes.
      if (ok && isOver && walk.last.id > 0)
        await noteAnchor(db, { dataDir, log, now, why: 'verification' }, linkOf(walk.last));
      const unsealed = await unsealedEntries(db);
      return {
        ok,
        entries: walk.entries,
        firstBrokenId,
        isOver,
        left: isOver ? 0 : Math.max(0, (last?.id ?? 0) - walk.last.id),
        continueWith: isOver ? null : walks.keep(walk),
        after: walk.from.id > 0 ? atOf(anchors, walk.from.id) : null,
        removed: removed && { id: removed.id, at: iso(removed.at) },
        knownStands: known,
        anchors: {
          count: anchors.length,
          newest: newest && { id: newest.id, at: newest.at },
          broken: broken.slice(0, BROKEN_SHOWN).map(({ id, at, gone }) => ({ id, at, gone })),
          brokenCount: broken.length,
          damagedLines: damaged,
        },
        unanchored: Math.max(0, (last?.id ?? 0) - (newest?.id ?? 0)),
        unsealed: { count: unsealed.count, since: isoOrNull(unsealed.since) },
        beginning,
      };
    },
  } satisfies Partial<Handlers>;
};

const linkOf = ({ id, hash }: { id: number; hash: string }) => ({ id, hash });
/** An anchor of an entry, as it is told. */
function atOf(anchors: readonly Anchor[], id: number) {
  const anchor = anchors.findLast((noted) => noted.id === id && noted.why === 'verification');
  return anchor ? { id, at: anchor.at } : null;
}
