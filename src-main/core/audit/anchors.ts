import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Queryable } from '../platform/db/queryable.ts';
import { lastEntry } from './audit-log-store.ts';

const anchorSchema = z.object({
  at: z.iso.datetime(),
  id: z.number().int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  why: z.enum(['hour', 'export', 'verification']),
});
/** An entry as it stood at a time, noted outside of the database. */
export type Anchor = z.infer<typeof anchorSchema>;

const pathIn = (dataDir: string) => join(dataDir, 'audit-anchors.jsonl');

/**
 * The anchors that this console has noted, oldest first. Lines that are no anchor are counted: somebody has written into
 * the file, or the machine went down while it was written.
 */
export async function readAnchors(dataDir: string): Promise<{ anchors: Anchor[]; damaged: number }> {
  const text = await readFile(pathIn(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').filter((line) => line !== '');
  const anchors = lines.flatMap((line) => anchorOf(line) ?? []);
  return { anchors, damaged: lines.length - anchors.length };
}

function anchorOf(line: string): Anchor | null {
  try {
    return anchorSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/**
 * Notes the newest entry of the log where the owner of the database can't reach it: in a file of the console's data
 * folder, and in its log. Nothing is noted twice.
 */
export async function noteAnchor(
  tx: Queryable,
  { dataDir, log, now, why }: { dataDir: string; log: Logger; now: Date; why: Anchor['why'] },
): Promise<void> {
  const last = await lastEntry(tx);
  if (!last) return;
  const known = (await readAnchors(dataDir)).anchors.at(-1);
  if (known?.id === last.id && known.hash === last.hash) return;
  const anchor: Anchor = { at: now.toISOString(), ...last, why };
  await appendFile(pathIn(dataDir), `${JSON.stringify(anchor)}\n`, { mode: 0o600 });
  log.info({ auditAnchor: anchor }, 'the audit log was anchored');
}
