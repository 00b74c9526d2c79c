import type {
  PrivateKeyEncryption,
  PrivateKeyFormat,
  PrivateKeyScope,
} from '../../../../src-shared/contract/private-key-exports.ts';
import { normaliseMac } from '../../../../src-shared/domain/mac-address.ts';
import { storableText } from '../../../../src-shared/domain/storable-text.ts';
import { getProductionRun } from '../../clients/production-runs-store.ts';
import { encryptToPassphrase } from '../../keys/age-passphrase.ts';
import type { Keyring } from '../../keys/keyring.ts';
import { chosen, invalid } from '../../platform/db/conflicts.ts';
import { type Database, type Queryable, systemScope, type Transaction } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { streamOf } from '../../platform/files/stream-of.ts';
import type { PreparedDownload } from '../../platform/http/download-tickets.ts';
import { getKeyBatch } from '../key-batches/key-batches-store.ts';
import { privateKeyFiles } from './private-key-formats.ts';
import { privateKeyPages } from './private-key-pages.ts';
import { countKeyPairs, type KeyHolderScope, trackersByMac } from './private-keys-store.ts';

export interface PrivateKeyRequest {
  format: PrivateKeyFormat;
  scope: PrivateKeyScope;
  encryption: PrivateKeyEncryption;
}

export interface PreparedExport {
  download: PreparedDownload;
  keyCount: number;
}

/**
 * Checks what is asked for and prepares the file, which is written when its ticket is used: from the core straight into
 * the download, never through a screen. AppError `key-locked` or `not-enrolled`, `validation-failed` at the field, and
 * `conflict` when there is no key to export.
 */
export async function preparePrivateKeyExport(
  deps: { db: Database; keyring: Keyring; now: () => Date },
  request: PrivateKeyRequest,
): Promise<PreparedExport> {
  deps.keyring.kek();
  const { db } = deps;
  const { scope, prefix } = await db.transaction(systemScope, (tx) => resolve(tx, request.scope, deps.now()));
  const { keys: keyCount, trackers } = await countKeyPairs(db, scope);
  if (keyCount === 0) throw new AppError('conflict', 'There are no keys to export.');
  const file = privateKeyFiles[request.format];
  if (file.holdsOneKey && keyCount > trackers)
    throw invalid(
      'format',
      `OpenHaystack’s file holds one key a device, and these ${trackers} have ${keyCount}. Choose another format: all others hold every key.`,
    );
  const encrypted = request.encryption.kind === 'passphrase';
  const fileName = `${prefix}${file.suffix}${encrypted ? '.age' : ''}`;
  const details = { format: request.format, ...scopeDetails(request.scope), keyCount, encrypted };
  return {
    keyCount,
    download: {
      fileName,
      details,
      async write() {
        deps.keyring.kek();
        const content = streamOf(file.write(privateKeyPages(deps, scope), deps.now(), keyCount > trackers));
        if (request.encryption.kind === 'none') return { contentType: file.contentType, fileName, body: content };
        const body = await encryptToPassphrase(content, request.encryption.passphrase);
        return { contentType: 'application/octet-stream', fileName, body };
      },
    },
  };
}

/** What the audit entry says of the scope; the trackers themselves would make it too long. */
const scopeDetails = (scope: PrivateKeyScope): Record<string, unknown> =>
  scope.kind === 'trackers' ? { kind: scope.kind, macAddresses: scope.macAddresses.slice(0, 50) } : scope;

async function resolve(
  db: Transaction,
  scope: PrivateKeyScope,
  now: Date,
): Promise<{ scope: KeyHolderScope; prefix: string }> {
  switch (scope.kind) {
    case 'key-batch': {
      const { keyBatchId } = scope;
      await chosen(getKeyBatch(db, now, keyBatchId), 'scope.keyBatchId', 'This key batch does not exist.');
      return { scope: { keyBatchId }, prefix: `key-batch-${keyBatchId}` };
    }
    case 'production-run': {
      const { productionRunId } = scope;
      await chosen(
        getProductionRun(db, now, productionRunId),
        'scope.productionRunId',
        'This production run does not exist.',
      );
      return { scope: { productionRunId }, prefix: `production-run-${productionRunId}` };
    }
    case 'trackers':
      return { scope: { trackerIds: await trackerIds(db, scope.macAddresses) }, prefix: 'trackers' };
  }
}

const NAMED = 5;

async function trackerIds(db: Queryable, texts: readonly string[]): Promise<number[]> {
  const macs = texts.map((text) => ({ text, mac: normaliseMac(text) }));
  const malformed = macs.filter(({ mac }) => mac === null);
  if (malformed.length > 0)
    throw invalid(
      'scope.macAddresses',
      `Not a MAC address: ${named(malformed.map(({ text }) => storableText(text, 30)))}.`,
    );
  const wanted = [...new Set(macs.map(({ mac }) => mac as string))];
  const found = await trackersByMac(db, wanted);
  const unknown = wanted.filter((mac) => !found.has(mac));
  if (unknown.length > 0) throw invalid('scope.macAddresses', `No tracker has the MAC address ${named(unknown)}.`);
  return [...found.values()];
}

const named = (texts: readonly string[]) =>
  texts.slice(0, NAMED).join(', ') + (texts.length > NAMED ? ` and ${texts.length - NAMED} more` : '');
