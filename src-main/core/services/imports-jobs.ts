import { z } from 'zod';
import { importModes } from '../../../src-shared/contract/key-batches.ts';
import { type Database, systemScope } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import type { EventBus } from '../events/bus.ts';
import type { JobHandler } from '../jobs/queue.ts';
import { openDataKeys } from '../keys/data-keys.ts';
import type { RandomBytes } from '../keys/envelope.ts';
import type { Keyring } from '../keys/keyring.ts';
import type { P224Engine } from '../keys/p224.ts';
import { type Columns, findColumns } from './imports-columns.ts';
import { manufacturedFields, manufacturedRules, requireManufacturedColumns } from './imports-manufactured.ts';
import { runImport } from './imports-run.ts';
import { openSource } from './imports-source.ts';
import { requireTrackerColumns, trackerFields, trackerRules } from './imports-trackers.ts';
import { uploadedFile } from './imports-upload.ts';

export interface ImportDeps {
  db: Database;
  events: EventBus;
  keyring: Keyring;
  engine: () => P224Engine;
  randomBytes: RandomBytes;
  now: () => Date;
}

const common = z.object({
  dryRun: z.boolean(),
  mode: z.enum(importModes),
  /** Written when the upload was complete. */
  pieces: z.number().int().optional(),
});
const manufacturedInput = common.extend({ keyBatchId: z.number().int(), checkAddress: z.boolean() });
const trackerInput = common.extend({ productionRunId: z.number().int(), dataKeyId: z.number().int() });

function piecesOf(input: { pieces?: number | undefined }): number {
  if (input.pieces !== undefined) return input.pieces;
  throw new AppError('bad-request', 'The upload broke off, and nothing was stored. Send the file again.');
}

/** Recognised columns by the names that the file gives them. */
const namesOf = (columns: Columns, header: readonly string[]) =>
  Object.fromEntries(Object.entries(columns).map(([field, at]) => [field, header[at] ?? '']));

/** The job `manufactured-device-import`. */
export function manufacturedImportJob(deps: ImportDeps): JobHandler<unknown> {
  return async (job) => {
    const input = manufacturedInput.parse(job.input);
    const source = await openSource(uploadedFile(deps.db, job.jobId, piecesOf(input)));
    const columns = findColumns(source.header, manufacturedFields);
    requireManufacturedColumns(columns, source.header);
    const { keyBatchId, checkAddress } = input;
    const { header } = source;
    const newRules = () => manufacturedRules({ keyBatchId, header, columns, checkAddress, now: deps.now() });
    const result = await runImport(deps.db, job, source, newRules, [], input);
    if (result.stored > 0) tellChanged(deps.events);
    return { ...result, columns: namesOf(columns, header) };
  };
}

/** The job `tracker-import`. The file was stored sealed, since it holds private keys. */
export function trackerImportJob(deps: ImportDeps): JobHandler<unknown> {
  return async (job) => {
    const input = trackerInput.parse(job.input);
    const opened = await deps.db.transaction(systemScope, (tx) => openDataKeys(tx, deps.keyring, [input.dataKeyId]));
    const key = opened.get(input.dataKeyId) as Uint8Array;
    try {
      const source = await openSource(uploadedFile(deps.db, job.jobId, piecesOf(input), key));
      const columns = findColumns(source.header, trackerFields);
      requireTrackerColumns(columns, source.header);
      const { header } = source;
      const rules = { header, columns, engine: deps.engine(), dataKey: { id: input.dataKeyId, key } };
      const newRules = () =>
        trackerRules({
          ...rules,
          productionRunId: input.productionRunId,
          randomBytes: deps.randomBytes,
          now: deps.now(),
        });
      const secret = [columns.privateKey as number];
      const result = await runImport(deps.db, job, source, newRules, secret, input);
      if (result.stored > 0) tellChanged(deps.events);
      return { ...result, columns: namesOf(columns, header) };
    } finally {
      key.fill(0);
    }
  };
}

function tellChanged(events: EventBus): void {
  events.publish({ type: 'changed', resource: 'key-batches' });
  events.publish({ type: 'changed', resource: 'trackers' });
}
