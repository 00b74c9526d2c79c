import type { JobKind } from '../../../../src-shared/contract/job-kinds.ts';
import type { Job } from '../../../../src-shared/contract/jobs.ts';
import { open, type RandomBytes, seal } from '../../keys/envelope.ts';
import type { Database, Queryable } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import type { EventBus } from '../../platform/events/bus.ts';
import type { RequestContext } from '../../platform/http/handler.ts';
import { requireCaller } from '../../platform/http/principal.ts';
import { discardHeldJob, findPiece, holdJob, insertPiece, unholdJob } from '../../platform/jobs/job-files-store.ts';
import { getJob } from '../../platform/jobs/jobs-store.ts';
import type { JobQueue } from '../../platform/jobs/queue.ts';
import { refusePrivateKeys } from './refuse-private-keys.ts';

/** Size of a stored piece of an uploaded file. */
const PIECE_BYTES = 1024 * 1024;
/** A held job whose upload was abandoned may be looked at after this long; it then fails, since it isn't complete. */
const HOLD_MS = 10 * 60_000;

export interface ImportRequest {
  kind: JobKind;
  label: string;
  resource: { type: string; id: number };
  input: Record<string, unknown>;
  /** For files with private keys: each piece is sealed under this key before it is stored. */
  sealWith?: Uint8Array;
}

const recordOf = (jobId: number, piece: number) => ({ table: 'job_files', id: `${jobId}/${piece}` });

export interface UploadDeps {
  readonly events: EventBus;
  readonly jobs: JobQueue;
  readonly now: () => Date;
  readonly randomBytes: RandomBytes;
}

/**
 * Takes an uploaded file into the database, piece by piece, and starts the job that reads it, so that it survives a
 * restart and may run on any console. An upload that breaks off leaves nothing. Answers with the job.
 */
export async function startImport(deps: UploadDeps, context: RequestContext, request: ImportRequest): Promise<Job> {
  const { userId } = requireCaller(context);
  const { kind, label, resource, input, sealWith } = request;
  const jobId = await context.transaction(async (tx) => {
    const id = await deps.jobs.add(tx, {
      kind,
      label,
      unit: 'rows',
      total: null,
      input,
      resource,
      createdBy: userId,
    });
    await holdJob(tx, id, HOLD_MS);
    return id;
  });
  try {
    let pieces = 0;
    let bytes = 0;
    for await (const content of piecesOf(context.body)) {
      if (!sealWith && pieces === 0) refusePrivateKeys(content);
      const stored = sealWith ? seal(sealWith, recordOf(jobId, pieces), content, deps.randomBytes) : content;
      await context.transaction(async (tx) => {
        await insertPiece(tx, jobId, pieces, stored);
        await holdJob(tx, jobId, HOLD_MS);
      });
      pieces++;
      bytes += content.length;
    }
    if (bytes === 0)
      throw new AppError('bad-request', 'The file is empty. Choose the file that the manufacturer returned.');
    await context.transaction(async (tx) => {
      await unholdJob(tx, jobId, { pieces });
      await context.audit(
        { resourceType: resource.type, resourceId: resource.id, details: { ...input, jobId, bytes } },
        tx,
      );
    });
  } catch (error) {
    await context.transaction((tx) => discardHeldJob(tx, jobId));
    if (error instanceof AppError) throw error;
    if (context.request.signal.aborted || isBrokenUpload(error))
      throw new AppError('bad-request', 'The upload stopped before its end. Nothing was stored; send the file again.', {
        cause: error,
      });
    throw error;
  }
  const job = await context.transaction((tx) => getJob(tx, jobId, deps.now()));
  // Tells the queues that it may start, here and elsewhere.
  deps.events.publish({ type: 'job', job });
  return job;
}

const isBrokenUpload = (error: unknown) =>
  error instanceof Error && /aborted|terminated|ECONNRESET|premature/i.test(`${error.name} ${error.message}`);

async function* piecesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Buffer, void, undefined> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    gathered.push(chunk);
    size += chunk.byteLength;
    if (size < PIECE_BYTES) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(gathered);
}

/** What a person chose about how a file is read. */
export const howToRead = (query: {
  columns?: object | undefined;
  headerRow?: number | undefined;
  sheet?: string | undefined;
}): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ columns: query.columns, headerRow: query.headerRow, sheet: query.sheet }).filter(
      ([, choice]) => choice !== undefined,
    ),
  );

/** Reads the stored file of a job, any number of times. */
export function uploadedFile(db: Database, jobId: number, pieces: number, sealedWith?: Uint8Array) {
  return async function* (through: Queryable = db): AsyncGenerator<Uint8Array, void, undefined> {
    for (let piece = 0; piece < pieces; piece++) {
      const slices = await findPiece(through, jobId, piece);
      if (!slices) throw new AppError('corrupt-data', 'A part of the uploaded file is missing. Send the file again.');
      if (sealedWith) yield open(sealedWith, recordOf(jobId, piece), Buffer.concat(slices));
      else yield* slices;
    }
  };
}
