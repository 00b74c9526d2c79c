import { z } from 'zod';
import {
  importFields,
  importModes,
  keyBlocks,
  trackerImportFields,
} from '../../../../src-shared/contract/device-imports.ts';
import { firmwares } from '../../../../src-shared/domain/find-my/battery.ts';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { openDataKeys } from '../../keys/data-keys.ts';
import type { RandomBytes } from '../../keys/envelope.ts';
import type { Keyring } from '../../keys/keyring.ts';
import type { P224Engine } from '../../keys/p224/p224.ts';
import { type Database, systemScope } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import { keepResult } from '../../platform/jobs/job-files-store.ts';
import type { JobContext, JobHandler } from '../../platform/jobs/queue.ts';
import { labelRulesOf, serialPrefixesOf } from '../exports/manufacturer-exports-store.ts';
import { mayBePrivateKey } from './cells.ts';
import { type Columns, chosenColumns, findColumns, type ImportField } from './columns.ts';
import type { ImportFile, OpenFile } from './import-file.ts';
import { uploadedFile } from './import-upload.ts';
import { manufacturedFields, requireManufacturedColumns } from './manufactured-row.ts';
import { manufacturedRules } from './manufactured-rules.ts';
import { mixUpRows } from './mix-ups.ts';
import { refusePrivateKeyColumn } from './refuse-private-keys.ts';
import { runImport } from './run-import.ts';
import { requireTrackerColumns, trackerRules } from './tracker-rules.ts';

export interface ImportDeps {
  db: Database;
  events: EventBus;
  keyring: Keyring;
  engine: () => P224Engine;
  randomBytes: RandomBytes;
  now: () => Date;
  openFile: OpenFile;
}

const common = z.object({
  dryRun: z.boolean(),
  mode: z.enum(importModes),
  /** Columns that a person chose, counted from 1; without them they are found by name. */
  columns: z.partialRecord(z.enum(importFields), z.number().int().positive()).optional(),
  headerRow: z.number().int().positive().optional(),
  sheet: z.string().optional(),
  /** Written when the upload was complete. */
  pieces: z.number().int().optional(),
});
const manufacturedInput = common.extend({
  keyBatchId: z.number().int(),
  checkAddress: z.boolean(),
  /** Devices that were mixed up are put right by the file, for this reason. */
  mixUpReason: z.string().nullable().default(null),
  /** The key order that the file belongs to, if a manufacturer sent it itself. */
  keyOrder: z.object({ afterId: z.number(), throughId: z.number(), skipSlashes: z.boolean() }).nullable().default(null),
});
const trackerInput = common.extend({
  productionRunId: z.number().int(),
  dataKeyId: z.number().int(),
  keyBlocks: z.enum(keyBlocks).optional(),
  firmware: z.enum(firmwares).nullable().default(null),
  mixUpReason: z.string().nullable().default(null),
});

function piecesOf(input: { pieces?: number | undefined }): number {
  if (input.pieces !== undefined) return input.pieces;
  throw new AppError('bad-request', 'The upload stopped before its end, and nothing was stored. Send the file again.');
}

/** Which columns are read, by the names that the file gives them and by where they stand; and how the file was read. */
const howRead = (columns: Columns, { header, headerRow, sheets, format }: Omit<ImportFile, 'rows'>) => ({
  columns: Object.fromEntries(Object.entries(columns).map(([field, at]) => [field, header[at] ?? ''])),
  positions: Object.fromEntries(Object.entries(columns).map(([field, at]) => [field, at + 1])),
  headerRow,
  sheets,
  format,
});

const SAMPLE_ROWS = 3;
const SAMPLE_LENGTH = 60;

/** The beginning of the file, kept before it is judged: who has to choose the columns by hand must see them. */
async function keepGlimpse(deps: ImportDeps, job: JobContext<unknown>, file: ImportFile): Promise<string[][]> {
  const sample: string[][] = [];
  const rows = file.rows();
  for await (const { cells } of rows) {
    sample.push(cells.slice(0, file.header.length).map((cell) => storableText(cell, SAMPLE_LENGTH)));
    if (sample.length === SAMPLE_ROWS) break;
  }
  const { header, headerRow, sheets, format } = file;
  await keepResult(deps.db, job.jobId, { header, headerRow, sheets, format, sample });
  return sample;
}

const columnsOf = (file: ImportFile, fields: readonly ImportField[], chosen?: Partial<Record<ImportField, number>>) =>
  chosen ? chosenColumns(file.header, fields, chosen) : findColumns(file.header, fields);

/** Where rows are gathered that put mix-ups right, of one pass; null for a file that corrects nothing. */
const mixUpsOf = ({ jobId, createdBy: userId }: JobContext<unknown>, reason: string | null, now: Date) =>
  reason === null ? null : mixUpRows({ jobId, userId, reason, now });

/** The job `manufactured-device-import`. */
export function manufacturedImportJob(deps: ImportDeps): JobHandler<unknown> {
  return async (job) => {
    const input = manufacturedInput.parse(job.input);
    const { headerRow, sheet } = input;
    const look = { fields: manufacturedFields, headerRow, sheet };
    const file = await deps.openFile(uploadedFile(deps.db, job.jobId, piecesOf(input))(), look, job.signal);
    refusePrivateKeyColumn(file.header);
    const sample = await keepGlimpse(deps, job, file);
    const columns = columnsOf(file, manufacturedFields, input.columns);
    requireManufacturedColumns(columns, file.header);
    const { keyBatchId, checkAddress, keyOrder, mixUpReason } = input;
    const { header } = file;
    const serialPrefixes = await serialPrefixesOf(deps.db, keyBatchId);
    const labelRules = await labelRulesOf(deps.db, keyBatchId);
    const options = {
      keyBatchId,
      jobId: job.jobId,
      header,
      columns,
      checkAddress,
      keyOrder,
      serialPrefixes,
      labelRules,
    };
    const newRules = () => {
      const now = deps.now();
      return manufacturedRules({ ...options, mixUps: mixUpsOf(job, mixUpReason, now), now });
    };
    const result = await runImport(deps.db, job, file, newRules, () => false, input);
    if (!input.dryRun) tellChanged(deps.events);
    return { ...result, ...howRead(columns, file), sample };
  };
}

/** The job `tracker-import`. The file was stored sealed, since it holds private keys. */
export function trackerImportJob(deps: ImportDeps): JobHandler<unknown> {
  return async (job) => {
    const input = trackerInput.parse(job.input);
    const keys = await deps.db.transaction(systemScope, (tx) => openDataKeys(tx, deps.keyring, [input.dataKeyId]));
    const key = keys.get(input.dataKeyId) as Uint8Array;
    try {
      const { headerRow, sheet, keyBlocks } = input;
      const look = { fields: trackerImportFields, headerRow, sheet, keyBlocks };
      const bytes = uploadedFile(deps.db, job.jobId, piecesOf(input), key)();
      const opened = await deps.openFile(bytes, look, job.signal);
      // A file without a header begins with a row of keys.
      const header = opened.header.map((name) => (mayBePrivateKey(name) ? '(hidden)' : name));
      const file = { ...opened, header };
      // No sample of the rows: any cell may be a private key until the columns are known.
      await keepResult(deps.db, job.jobId, {
        ...{ header, headerRow: file.headerRow, sheets: file.sheets, format: file.format },
        sample: [],
      });
      const columns = columnsOf(file, trackerImportFields, input.columns);
      requireTrackerColumns(columns, header);
      const rules = { jobId: job.jobId, header, columns, engine: deps.engine(), dataKey: { id: input.dataKeyId, key } };
      const newRules = () => {
        const now = deps.now();
        return trackerRules({
          ...rules,
          productionRunId: input.productionRunId,
          firmware: input.firmware,
          randomBytes: deps.randomBytes,
          mixUps: mixUpsOf(job, input.mixUpReason, now),
          now,
        });
      };
      const isSecret = (cell: string, column?: number) =>
        (column !== undefined && (column === columns.privateKey || column === columns.additionalKeys)) ||
        mayBePrivateKey(cell);
      const result = await runImport(deps.db, job, file, newRules, isSecret, input);
      if (result.stored > 0) tellChanged(deps.events);
      return { ...result, ...howRead(columns, file) };
    } finally {
      key.fill(0);
    }
  };
}

function tellChanged(events: EventBus): void {
  events.publish({ type: 'changed', resource: 'key-batches' });
  events.publish({ type: 'changed', resource: 'trackers' });
}
