import { z } from 'zod';
import { AppError } from '../errors.ts';

/**
 * A backup is a gzip file of lines: this one, a header, each table as PostgreSQL's COPY writes it in text format between a
 * line that names it and `\.`, perhaps the sealed keys, and an end with the checksum of all that stands above.
 */
export const FIRST_LINE = 'tracker-console-backup 1';
export const END_OF_TABLE = '\\.';

const name = z.string().min(1).max(63);
const migration = z.object({ name: z.string().max(100), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
/** An entry of the audit log as it stood when the backup was made, or before. */
const anchor = z.object({ at: z.iso.datetime(), id: z.int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

export const headerSchema = z.object({
  /** Of the console that made it. */
  version: z.string().max(50),
  madeAt: z.iso.datetime(),
  engine: z.enum(['embedded', 'postgresql']),
  /** Which database this is a backup of; it stays the same through restores. */
  installation: z.string().max(100),
  /** Those that the data fits, in order. */
  migrations: z.array(migration).max(10_000),
  /** Months of location reports and millions of entries of the audit log, as the names of their partitions. */
  partitions: z.array(z.string().regex(/^(location_reports_\d{4}_\d{2}|audit_log_p\d{1,9})$/)).max(10_000),
  anchors: z.array(anchor.loose()).max(1_000_000),
});
export type BackupHeader = z.infer<typeof headerSchema>;

export const tableSchema = z.object({ table: name, columns: z.array(name).min(1).max(1_600) });
export const keysSchema = z.object({ keys: z.base64().max(1_000_000) });
export const endSchema = z.object({
  end: z.object({
    /** Rows by table. */
    rows: z.record(name, z.int().nonnegative()),
    /** The place of each sequence, by its name. */
    sequences: z.record(name, z.object({ last: z.string().regex(/^-?\d{1,19}$/), called: z.boolean() })),
    /** Of all bytes above this line, before they were compressed. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});
export type BackupEnd = z.infer<typeof endSchema>['end'];

/** What is wrong with a file, in a sentence that says what to do. */
export const unusable = (why: string, cause?: unknown) =>
  new AppError('corrupt-data', `${why} Nothing was changed. Take another backup.`, { cause });
