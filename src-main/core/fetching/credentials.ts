import { z } from 'zod';
import { type KekHolder, openDataKeys } from '../keys/data-keys.ts';
import { open, type RandomBytes, seal } from '../keys/envelope.ts';
import type { Queryable } from '../platform/db/queryable.ts';
import { AppError } from '../platform/errors.ts';
import type { SourceCredentials } from './sources/source.ts';

const schema = z.union([
  z.object({ dsid: z.string(), searchPartyToken: z.string() }),
  z.object({ username: z.string(), password: z.string() }),
]);

const recordOf = (sourceId: number) => ({ table: 'report_sources', id: String(sourceId) });

/** Seals a source's credentials, bound to its row. @param dataKey 32 bytes */
export function sealCredentials(
  dataKey: Uint8Array,
  sourceId: number,
  credentials: SourceCredentials,
  randomBytes: RandomBytes,
): Uint8Array {
  const plaintext = Buffer.from(JSON.stringify(credentials), 'utf8');
  try {
    return seal(dataKey, recordOf(sourceId), plaintext, randomBytes);
  } finally {
    plaintext.fill(0);
  }
}

/** Opens a source's credentials; null when it has none. AppError `corrupt-data` or that of the keyring. */
export async function openCredentials(
  db: Queryable,
  keys: KekHolder,
  source: { id: number; credentials: Uint8Array | null; dataKeyId: number | null },
): Promise<SourceCredentials | null> {
  if (source.credentials === null || source.dataKeyId === null) return null;
  const dataKey = (await openDataKeys(db, keys, [source.dataKeyId])).get(source.dataKeyId)!;
  const plaintext = openAndZero(dataKey, source.id, source.credentials);
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(plaintext).toString('utf8')));
    if (parsed.success) return parsed.data;
  } finally {
    plaintext.fill(0);
  }
  throw new AppError('corrupt-data', 'The stored login of this report source can’t be read. Enter it again.');
}

function openAndZero(dataKey: Uint8Array, sourceId: number, sealed: Uint8Array): Uint8Array {
  try {
    return open(dataKey, recordOf(sourceId), sealed);
  } finally {
    dataKey.fill(0);
  }
}
