import { hostname } from 'node:os';
import type { Job } from '../../../../src-shared/contract/jobs.ts';
import { type Database, systemScope, type Transaction } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { getJob } from '../../platform/jobs/jobs-store.ts';
import type { JobQueue } from '../../platform/jobs/queue.ts';
import { type RandomBytes, seal } from '../envelope.ts';
import { type Argon2Cost, createKek, unwrapKek, type WrappedKek, wrapKek } from '../key-encryption-key.ts';
import { nextKeyId } from '../key-encryption-key-store.ts';
import type { Keyring } from '../keyring.ts';
import { checkNewPassphrase, generatePassphrase } from '../passphrase.ts';
import { deleteRecoveryKit, writeRecoveryKit } from '../recovery-kit.ts';
import { copySecret } from '../secret-bytes.ts';
import {
  dropAbandonedChange,
  insertPendingKek,
  keepNextPassphrase,
  keyJobs,
  lockKekInUse,
} from './key-change-store.ts';
import type { PassphraseInput } from './passphrase-change.ts';
import { type RotationInput, successorRecord } from './rotation.ts';

interface Deps {
  readonly db: Database;
  readonly jobs: JobQueue;
  readonly keyring: Keyring;
  readonly config: { readonly dataDir: string; readonly passphraseCost?: Argon2Cost };
  readonly randomBytes: RandomBytes;
  readonly now: () => Date;
}
type Audit = (details: Record<string, unknown>, tx: Transaction) => Promise<void>;

export interface ChangeRequest {
  /** Null when one is to be generated, which is then only in the recovery kit. */
  passphrase: string | null;
  askedBy: { userId: number; username: string };
}

export const changingKinds = ['key-rotation', 'passphrase-change'] as const;

/**
 * Makes the next key-encryption key with its passphrase and recovery kit, and adds the job that brings it into use. The
 * passphrase is used here and kept nowhere else. AppError as `Keyring.kek`, `conflict` while another change is under way.
 */
export async function startRotation(deps: Deps, request: ChangeRequest, audit: Audit): Promise<Job> {
  const { db, keyring, randomBytes } = deps;
  const formerId = keyring.kekId();
  const id = await nextKeyId(db, 'key_encryption_keys');
  const kek = createKek(randomBytes);
  try {
    const { wrapped, kit } = await wrapAnew(deps, kek, id, request.passphrase);
    return await begin(deps, kit, async (tx) => {
      if ((await lockKekInUse(tx))?.id !== formerId || keyring.kekId() !== formerId) throw underWay();
      const wrappedByFormer = seal(keyring.kek(), successorRecord(id), kek, randomBytes);
      if (!(await insertPendingKek(tx, { id, ...wrapped, wrappedByFormer }, deps.now()))) throw underWay();
      await keyring.stage({ kekId: id, kek });
      const input: RotationInput = { kekId: id, formerId, kit, askedBy: request.askedBy.username };
      return addJob(deps, tx, 'key-rotation', 'Rotation of the key-encryption key', 'data keys', input, request, audit);
    });
  } finally {
    kek.fill(0);
  }
}

/**
 * Wraps the key in use under the next passphrase, and adds the job that brings it into use. The former passphrase is not
 * asked for: a company that has lost it, but has an enrolled console, sets a new one here. AppError as `startRotation`.
 */
export async function startPassphraseChange(deps: Deps, request: ChangeRequest, audit: Audit): Promise<Job> {
  const { keyring } = deps;
  const kekId = keyring.kekId();
  const kek = copySecret(keyring.kek());
  try {
    const { wrapped, kit } = await wrapAnew(deps, kek, kekId, request.passphrase);
    return await begin(deps, kit, async (tx) => {
      if (!(await keepNextPassphrase(tx, kekId, wrapped))) throw underWay();
      const input: PassphraseInput = { kekId, salt: wrapped.kdf.salt, kit, askedBy: request.askedBy.username };
      return addJob(deps, tx, 'passphrase-change', 'Change of the passphrase', 'keys', input, request, audit);
    });
  } finally {
    kek.fill(0);
  }
}

/** Wraps a key under a passphrase, opens it again by the passphrase to be sure of it, and writes the recovery kit. */
async function wrapAnew(deps: Deps, kek: Uint8Array, kekId: number, chosen: string | null) {
  const passphrase = chosen === null ? generatePassphrase(deps.randomBytes) : checkNewPassphrase(chosen);
  const wrapped: WrappedKek = await wrapKek(kek, kekId, passphrase, deps.randomBytes, deps.config.passphraseCost);
  const again = await unwrapKek(wrapped, kekId, passphrase);
  const same = Buffer.compare(again, kek) === 0;
  again.fill(0);
  if (!same) throw new AppError('internal', 'The key was wrapped wrongly. Nothing was changed; try again.');
  const content = { passphrase: chosen === null ? passphrase : null, consoleName: hostname(), createdAt: deps.now() };
  return { wrapped, kit: await writeRecoveryKit(deps.config.dataDir, kekId, content) };
}

/** Runs the transaction that starts a change; if it fails, the kit is deleted. */
async function begin(deps: Deps, kit: string, work: (tx: Transaction) => Promise<number>): Promise<Job> {
  try {
    const jobId = await deps.db.transaction(systemScope, async (tx) => {
      // One start at a time.
      await lockKekInUse(tx);
      const { changingJobId } = await keyJobs(tx, { changing: changingKinds, needing: [] });
      if (changingJobId !== null) throw underWay();
      await dropAbandonedChange(tx);
      return work(tx);
    });
    return await getJob(deps.db, jobId, deps.now());
  } catch (error) {
    await deleteRecoveryKit(deps.config.dataDir, kit);
    throw error;
  }
}

async function addJob(
  deps: Deps,
  tx: Transaction,
  kind: (typeof changingKinds)[number],
  label: string,
  unit: string,
  input: RotationInput | PassphraseInput,
  request: ChangeRequest,
  audit: Audit,
): Promise<number> {
  const createdBy = request.askedBy.userId;
  const jobId = await deps.jobs.add(tx, {
    kind,
    label,
    unit,
    total: null,
    input: { ...input },
    resource: null,
    createdBy,
  });
  await audit(
    { jobId, keyEncryptionKeyId: input.kekId, passphrase: request.passphrase === null ? 'made' : 'chosen' },
    tx,
  );
  return jobId;
}

const underWay = () =>
  new AppError('conflict', 'A rotation or a change of the passphrase is under way. Wait until it is done, or stop it.');
