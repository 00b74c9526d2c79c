import type { importModes } from '../../../../src-shared/contract/device-imports.ts';
import type { ImportResult } from '../../../../src-shared/contract/jobs.ts';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { type Database, systemScope, type Transaction } from '../../platform/db/queryable.ts';
import { unlessRefused, withoutEffect } from '../../platform/db/savepoint.ts';
import { AppError } from '../../platform/errors.ts';
import { deleteProblems, firstProblems, insertProblems, type RowProblem } from '../../platform/jobs/job-files-store.ts';
import type { JobContext } from '../../platform/jobs/queue.ts';
import { storableCell } from './cells.ts';
import type { SentRow } from './csv-rows.ts';
import { type ImportFile, noRows } from './import-file.ts';
import { forgetSeen } from './seen-values-store.ts';

export type Problem = Pick<RowProblem, 'column' | 'code' | 'message' | 'value'>;

/** What became of a row: rejected (problems), there already, or good to be stored. */
export interface Checked<Device> {
  sent: SentRow;
  problems: Problem[];
  /** What a person should know of a row that is not refused. */
  notes?: string[];
  already: boolean;
  device: Device | null;
}

/** The rules of one kind of import. Each pass over the file gets new rules. */
export interface ImportRules<Device> {
  check(tx: Transaction, rows: readonly SentRow[]): Promise<Checked<Device>[]>;
  /** Remembers what rejected rows say when the good ones are stored without them. */
  remember?(tx: Transaction, checked: readonly Checked<Device>[]): Promise<void>;
  /** Stores good rows. Throws AppError `conflict` when one can't be stored any more. */
  store(tx: Transaction, devices: readonly Device[]): Promise<void>;
  /**
   * At the end of the file: judges and stores what only all rows together tell. Returns those rows, with notes,
   * or with the problems for which they are rejected after all.
   */
  finish?(tx: Transaction): Promise<Checked<Device>[]>;
  /** The problem of a row that was good and that the database refused. */
  explain(sent: SentRow, error: unknown): Problem;
  /** Wipes secrets of rows that are dealt with. */
  wipe?(checked: readonly Checked<Device>[]): void;
}

export interface ImportOptions {
  dryRun: boolean;
  mode: (typeof importModes)[number];
}

/** Rows of one statement, and of one transaction where good rows are stored as they come. */
const CHUNK = 500;
const SHOWN_PROBLEMS = 1000;
const SHOWN_NOTES = 1000;

/**
 * Reads the file once to check it, and once more to store it: all or nothing in one transaction, or the good rows chunk
 * by chunk. The check does all that storing does and takes it back, so that what it accepts is what is stored. A file
 * that is sent again, or a job that starts again, finds its rows there already.
 */
export async function runImport<Device>(
  db: Database,
  job: Pick<JobContext<unknown>, 'jobId' | 'signal' | 'progress'>,
  file: Pick<ImportFile, 'header' | 'rows'>,
  newRules: () => ImportRules<Device>,
  /** Whether a cell must not be kept, as with a private key. */
  isSecret: (cell: string, column?: number) => boolean,
  options: ImportOptions,
  chunkRows = CHUNK,
): Promise<Omit<ImportResult, 'columns' | 'positions' | 'headerRow' | 'sheets' | 'format'>> {
  const counts = { rows: 0, accepted: 0, rejected: 0, alreadyImported: 0, stored: 0 };
  const notes: ImportResult['notes'] = [];
  const storesAsItChecks = options.mode === 'good-rows' && !options.dryRun;

  const keepProblems = (tx: Transaction, checked: readonly Checked<Device>[]) =>
    insertProblems(
      tx,
      job.jobId,
      checked.flatMap(({ sent, problems }) => {
        const raw = sent.cells
          .slice(0, file.header.length)
          .map((cell, i) => (isSecret(cell, i) ? '' : storableCell(cell)));
        return problems.map((problem, sequence) => ({
          ...problem,
          value: problem.value === null || isSecret(problem.value) ? null : storableText(problem.value, 200),
          row: sent.row,
          sequence,
          raw,
        }));
      }),
    );

  await deleteProblems(db, job.jobId);
  await forgetSeen(db, job.jobId);
  try {
    const rules = newRules();
    for await (const rows of chunks(file.rows(), job.signal, chunkRows)) {
      const checked = await db.transaction(systemScope, async (tx) => {
        const result = await rules.check(tx, rows);
        const storing = async () => {
          await rules.remember?.(tx, result);
          await storeGood(tx, rules, result);
        };
        await (storesAsItChecks ? storing() : withoutEffect(tx, storing));
        await keepProblems(tx, result);
        return result;
      });
      rules.wipe?.(checked);
      counts.rows += checked.length;
      for (const { sent, problems, notes: of = [], already } of checked) {
        for (const message of of) if (notes.length < SHOWN_NOTES) notes.push({ row: sent.row, message });
        if (problems.length > 0) counts.rejected++;
        else if (already) counts.alreadyImported++;
        else counts.accepted++;
      }
      job.progress(counts.rows, null);
    }
    if (counts.rows === 0) throw noRows();
    if (rules.finish) {
      const last = await db.transaction(systemScope, async (tx) => {
        let rows: Checked<Device>[] = [];
        const finishing = async () => {
          rows = (await rules.finish?.(tx)) ?? [];
        };
        await (storesAsItChecks ? finishing() : withoutEffect(tx, finishing));
        await keepProblems(tx, rows);
        return rows;
      });
      for (const { sent, problems, notes: of = [] } of last) {
        for (const message of of) if (notes.length < SHOWN_NOTES) notes.push({ row: sent.row, message });
        if (problems.length === 0) continue;
        counts.accepted--;
        counts.rejected++;
      }
    }

    if (storesAsItChecks) counts.stored = counts.accepted;
    else if (!options.dryRun && counts.rejected === 0) {
      await db.transaction(systemScope, async (tx) => {
        counts.stored = 0;
        const again = newRules();
        for await (const rows of chunks(file.rows(tx), job.signal, chunkRows)) {
          const checked = await again.check(tx, rows);
          const stored = await storeGood(tx, again, checked);
          const bad = checked.find(({ problems }) => problems.length > 0);
          if (bad) throw changedMeanwhile(bad);
          again.wipe?.(checked);
          counts.stored += stored;
          job.progress(counts.stored, counts.accepted);
        }
        const bad = (await again.finish?.(tx))?.find(({ problems }) => problems.length > 0);
        if (bad) throw changedMeanwhile(bad);
      });
    }
  } finally {
    // A database that went away is no reason to hide why: the next import forgets it.
    await forgetSeen(db, job.jobId).catch(() => undefined);
  }
  const problems = await firstProblems(db, job.jobId, SHOWN_PROBLEMS);
  return { dryRun: options.dryRun, ...counts, problems, notes, header: file.header };
}

/**
 * Stores the good rows. Where the database refuses one, whatever the rules thought of it, the others are stored and it
 * becomes a rejected row: found by halves. Returns how many were stored.
 */
async function storeGood<Device>(
  tx: Transaction,
  rules: ImportRules<Device>,
  checked: readonly Checked<Device>[],
): Promise<number> {
  const good = checked.filter(({ device, problems }) => device !== null && problems.length === 0);
  if (good.length === 0) return 0;
  const refused = await unlessRefused(tx, () =>
    rules.store(
      tx,
      good.map(({ device }) => device as Device),
    ),
  );
  if (!refused) return good.length;
  const [first] = good as [Checked<Device>];
  if (good.length === 1) {
    first.problems.push(rules.explain(first.sent, refused.error));
    return 0;
  }
  const middle = good.length >> 1;
  return (await storeGood(tx, rules, good.slice(0, middle))) + (await storeGood(tx, rules, good.slice(middle)));
}

const changedMeanwhile = ({ sent, problems }: Checked<unknown>) =>
  new AppError(
    'conflict',
    `Row ${sent.row} was fine when the file was checked, but has a problem now: ${problems[0]?.message} Nothing was stored. Import the file again.`,
  );

async function* chunks(rows: AsyncGenerator<SentRow, void, undefined>, signal: AbortSignal, rowsOfChunk: number) {
  let chunk: SentRow[] = [];
  for await (const row of rows) {
    if (chunk.push(row) < rowsOfChunk) continue;
    signal.throwIfAborted();
    yield chunk;
    chunk = [];
  }
  signal.throwIfAborted();
  if (chunk.length > 0) yield chunk;
}

/** A row must have as many cells as the header; a last row that is short is how a file that was cut off looks. */
export function wrongCellCount(sent: SentRow, header: readonly string[]): Problem | null {
  // Some programs end every row with a delimiter.
  if (sent.cells.length >= header.length && sent.cells.slice(header.length).every((cell) => cell.trim() === ''))
    return null;
  const short = sent.cells.length < header.length;
  if (short && sent.unended) return { column: null, ...cutOff(sent), value: null };
  return {
    column: null,
    code: short ? 'too-few-cells' : 'too-many-cells',
    message: short
      ? `The row has ${sent.cells.length} of ${header.length} cells. Fill in what is missing.`
      : `The row has ${sent.cells.length} cells, but the header has ${header.length}. Check the delimiter and quotes.`,
    value: null,
  };
}

const cutOff = (sent: SentRow) => ({
  code: 'truncated-file',
  message: `The file ends in the middle of row ${sent.row}: it is incomplete. Ask for the whole file.`,
});

/** The last cell of a file whose last line has no end, and that can't be read: more likely cut off than mistyped. */
export function explainCutOff(sent: SentRow, header: readonly string[], problems: Problem[]): void {
  if (!sent.unended) return;
  for (const problem of problems)
    if (problem.code.startsWith('malformed-') && problem.column === header.at(-1)) {
      problem.code = 'truncated-file';
      problem.message =
        'The file ends here, and the cell can’t be read: the file is incomplete, or the cell is mistyped.';
    }
}
