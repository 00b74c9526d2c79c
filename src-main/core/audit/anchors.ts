import { appendFile, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Queryable } from '../platform/db/queryable.ts';
import { lastEntry } from './audit-log-store.ts';

const anchorSchema = z.object({
  at: z.iso.datetime(),
  id: z.number().int().positive(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  why: z.enum(['hour', 'export', 'verification', 'backup']),
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

/** The anchors of a backup as a restore or a check has them; those that are none are left out. */
export const anchorsIn = (candidates: readonly unknown[]): Anchor[] =>
  candidates.flatMap((candidate) => anchorSchema.safeParse(candidate).data ?? []);

/** Adds those that were not noted here yet, for the verifier. Returns how many these were. */
export async function addAnchors(dataDir: string, anchors: readonly Anchor[]): Promise<number> {
  const known = new Set((await readAnchors(dataDir)).anchors.map(keyOf));
  const added = anchors.filter((anchor) => !known.has(keyOf(anchor)));
  for (const anchor of added) await appendAnchor(dataDir, anchor);
  return added.length;
}
const keyOf = ({ id, hash }: Anchor) => `${id} ${hash}`;
const appendAnchor = (dataDir: string, anchor: Anchor) =>
  appendFile(pathIn(dataDir), `${JSON.stringify(anchor)}\n`, { mode: 0o600 });

/** Puts the noted anchors aside, since they are of a log that a restore replaced. Returns their new path, null for none. */
export async function setAnchorsAside(dataDir: string, now: Date): Promise<string | null> {
  const aside = join(dataDir, `audit-anchors.before-restore-${now.getTime()}.jsonl`);
  try {
    await rename(pathIn(dataDir), aside);
    return aside;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function anchorOf(line: string): Anchor | null {
  try {
    return anchorSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/**
 * Notes an entry where the owner of the database can't reach it: in a file of the console's data folder, and in its log. The
 * newest one, unless another is given. Nothing is noted twice.
 */
export async function noteAnchor(
  tx: Queryable,
  { dataDir, log, now, why }: { dataDir: string; log: Logger; now: Date; why: Anchor['why'] },
  entry?: { id: number; hash: string },
): Promise<void> {
  const noted = entry ?? (await lastEntry(tx));
  if (!noted) return;
  const known = (await readAnchors(dataDir)).anchors.at(-1);
  if (known?.id === noted.id && known.hash === noted.hash && isAsGood(known.why, why)) return;
  const anchor: Anchor = { at: now.toISOString(), ...noted, why };
  await appendAnchor(dataDir, anchor);
  log.info({ auditAnchor: anchor }, 'the audit log was anchored');
}
/** The next verification may begin where one ended; at other anchors it may not. */
const isAsGood = (known: Anchor['why'], why: Anchor['why']) => why !== 'verification' || known === why;
