import { hash } from 'node:crypto';
import bwipjs from 'bwip-js/node';
import { Secret, TOTP } from 'otpauth';
import { createDataKey, openDataKeys } from '../../keys/data-keys.ts';
import { open, type RandomBytes, seal } from '../../keys/envelope.ts';
import type { Keyring } from '../../keys/keyring.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { AppError } from '../../platform/errors.ts';
import { findTotp, spendRecoveryCode, spendTotpStep, type TotpRow } from './totp-store.ts';

export interface TotpDeps {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly randomBytes: RandomBytes;
  readonly now: () => Date;
}

/** RFC 4226 asks for 160 bits; SHA-1, six digits and 30 seconds are what every authenticator app understands. */
const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** Steps before and after now that are taken: clocks differ. */
const WINDOW = 1;
const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;
const ISSUER = 'Tracker console';

const recordOf = (userId: number) => ({ table: 'user_totp', id: String(userId) });
const generator = (secret: Uint8Array, label: string) =>
  new TOTP({
    issuer: ISSUER,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
  });

/**
 * A new secret: sealed under its own data key and bound to the user's row, and in the form that an authenticator app
 * takes. AppError `not-enrolled` or `key-locked`.
 */
export async function newTotp(deps: TotpDeps, user: { id: number; username: string }) {
  const dataKey = await createDataKey(deps.db, deps.keyring, deps);
  const secret = new Uint8Array(deps.randomBytes(SECRET_BYTES));
  try {
    const sealedSecret = seal(dataKey.key, recordOf(user.id), secret, deps.randomBytes);
    const totp = generator(secret, user.username);
    const uri = totp.toString();
    // Dark on white in any theme: readers need the contrast, and the quiet zone around.
    const qrSvg = bwipjs.toSVG({ bcid: 'qrcode', text: uri, scale: 4, padding: 8, backgroundcolor: 'FFFFFF' });
    return { dataKeyId: dataKey.id, sealedSecret, secret: totp.secret.base32, uri, qrSvg };
  } finally {
    dataKey.key.fill(0);
    secret.fill(0);
  }
}

/**
 * The time step that this code belongs to, among the current one and its neighbours; null for a wrong code. AppError as
 * `newTotp`.
 */
export async function totpStep(deps: TotpDeps, userId: number, row: TotpRow, code: string): Promise<number | null> {
  const dataKey = (await openDataKeys(deps.db, deps.keyring, [row.dataKeyId])).get(row.dataKeyId)!;
  try {
    const secret = open(dataKey, recordOf(userId), row.sealedSecret);
    const timestamp = deps.now().getTime();
    const delta = generator(secret, '').validate({ token: code, timestamp, window: WINDOW });
    secret.fill(0);
    return delta === null ? null : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta;
  } finally {
    dataKey.fill(0);
  }
}

const bare = (code: string) => code.replace(/[\s-]/g, '').toLowerCase();
const hashOf = (userId: number, code: string): Uint8Array => hash('sha256', `${userId}:${bare(code)}`, 'buffer');

/** Codes for a lost phone: 80 random bits each, and the hashes under which they are kept. */
export function newRecoveryCodes(randomBytes: RandomBytes, userId: number): { codes: string[]; hashes: Uint8Array[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () => {
    const text = new Secret({ buffer: Uint8Array.from(randomBytes(RECOVERY_BYTES)).buffer }).base32.toLowerCase();
    return text.match(/.{4}/g)!.join('-');
  });
  return { codes, hashes: codes.map((code) => hashOf(userId, code)) };
}

export type CodeVerdict = 'right' | 'wrong code' | 'repeated code';

/**
 * Judges the code that came with a login, and uses it up. Six digits are a code of the app, everything else a recovery
 * code. AppError `not-enrolled` where this console can't open the secret.
 */
export async function judgeCode(deps: TotpDeps, userId: number, row: TotpRow, code: string): Promise<CodeVerdict> {
  const text = bare(code);
  if (!/^\d{6}$/.test(text))
    return (await spendRecoveryCode(deps.db, userId, hashOf(userId, text), deps.now())) ? 'right' : 'wrong code';
  const step = await totpStep(deps, userId, row, text).catch((error: unknown) => {
    if (!(error instanceof AppError) || !['not-enrolled', 'key-locked'].includes(error.code)) throw error;
    throw new AppError(
      error.code,
      'This console can’t check codes of authenticator apps, because its keys are locked or missing. Use a recovery code, or log in at another console.',
      { cause: error },
    );
  });
  if (step === null) return 'wrong code';
  return (await spendTotpStep(deps.db, userId, step)) ? 'right' : 'repeated code';
}

/** The confirmed second factor of a user, or null. */
export async function confirmedTotp(deps: { db: Database }, userId: number): Promise<TotpRow | null> {
  const row = await findTotp(deps.db, userId);
  return row?.confirmed ? row : null;
}
