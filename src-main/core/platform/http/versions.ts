import type { FieldChange } from '../../../../src-shared/contract/problem.ts';
import type { RouteSpec, Versioned } from '../../../../src-shared/contract/route.ts';
import type { Queryable } from '../db/queryable.ts';
import { AppError } from '../errors.ts';
import { lockVersion } from './versions-store.ts';

/** A version as an ETag: `"7"`. */
export const etagOf = (version: number) => `"${version}"`;

/**
 * The versions that If-Match names; null without the header, `any` for `*`. W/ and what codings add (`"7-gzip"`) are left
 * out: what is compared is the record, not its bytes. Throws AppError `bad-request` for anything else.
 */
function readIfMatch(headers: Headers): readonly number[] | 'any' | null {
  const text = headers.get('if-match');
  if (text === null) return null;
  if (text.trim() === '*') return 'any';
  return text.split(',').map((tag) => {
    const [, version] = /^\s*(?:W\/)?"(\d{1,15})(?:[-;+:][\w.+-]*)?"\s*$/.exec(tag) ?? [];
    if (version === undefined)
      throw new AppError('bad-request', 'Send the ETag of the record as If-Match, as in "7", or *.');
    return Number(version);
  });
}

/** What a person is told whose version is no longer the present one. */
function overtaken(version: number, changes: FieldChange[]): AppError {
  const [last] = changes;
  const who = last?.by ?? 'Somebody';
  const fields = changes.map(({ field }) => field).join(', ');
  return new AppError(
    'overtaken',
    `${who} has changed this since you read it${fields === '' ? '' : ` (${fields})`}. Look at it again, then decide.`,
    { version, changes },
  );
}

/**
 * Compares If-Match with the present version of the record that a request changes, and locks the record. Does nothing on
 * routes without a version, and for a partial change without the header. Throws AppError `overtaken` or `version-needed`.
 */
export async function checkVersion(
  tx: Queryable,
  spec: RouteSpec,
  request: { headers: Headers; params: unknown; body: unknown },
): Promise<void> {
  if (!spec.versioned) return;
  const wanted = readIfMatch(request.headers);
  if (wanted === null) {
    refuseUnseen(spec, spec.versioned, request.body);
    return;
  }
  // The last of the path names the record.
  const id = Object.values((request.params ?? {}) as Record<string, number>).at(-1);
  const present = await lockVersion(tx, spec.versioned.record, id ?? null);
  // What isn't there is for the handler to say.
  if (!present || wanted === 'any' || wanted.includes(present.version)) return;
  const since = Math.max(...wanted);
  throw overtaken(
    present.version,
    present.changes.filter((change) => change.version > since),
  );
}

function refuseUnseen(spec: RouteSpec, { guarded = [] }: Versioned, body: unknown): void {
  const named = guarded.filter((field) => (body as Record<string, unknown> | undefined)?.[field] !== undefined);
  if (spec.method !== 'DELETE' && named.length === 0) return;
  const what = spec.method === 'DELETE' ? 'A deletion' : `A change of ${named.join(', ')}`;
  throw new AppError('version-needed', `${what} needs the version that you have read: send its ETag as If-Match.`);
}
