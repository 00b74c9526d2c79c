import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { AppError } from '../errors.ts';

/** Of a connection string, as libpq names them (PostgreSQL 18 manual, 34.1.2). */
const names = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const;
const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

const refused = (message: string, cause?: unknown) => new AppError('validation-failed', message, { cause });

function read(name: string, path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw refused(
      `The file ${path} of ${name} in ${setting} can’t be read. Check the path and its permissions.`,
      error,
    );
  }
}

/**
 * What the address of a database says of TLS, as libpq means it and `pg` doesn't: `require` encrypts and verifies nothing
 * unless there is a root certificate, `verify-ca` verifies who signed the certificate, `verify-full` the host's name too.
 * Without TLS where nothing is said. `allow` and `prefer` encrypt, and don't fall back to no encryption. Returns the address
 * without these settings beside them. AppError `validation-failed` names the setting that is wrong.
 */
export function tlsOf(url: string, setting = 'DATABASE_URL'): { url: string; ssl: ConnectionOptions | false | null } {
  const [address = '', query = ''] = url.split('?', 2);
  const params = new URLSearchParams(query);
  const [mode, root, cert, key] = names.map((name) => params.get(name) || null) as [
    string | null,
    string | null,
    string | null,
    string | null,
  ];
  for (const name of names) params.delete(name);
  const rest = params.size > 0 ? `${address}?${params}` : address;
  if (mode === null && root === null && cert === null && key === null) return { url: rest, ssl: null };
  if (mode !== null && !modes.includes(mode))
    throw refused(`The sslmode of ${setting} is ${mode}. Choose from ${modes.join(', ')}.`);
  if (mode === 'disable') return { url: rest, ssl: false };
  const verifies = mode === 'verify-ca' || mode === 'verify-full' || root !== null;
  if (mode === 'verify-ca' && (root === null || root === 'system'))
    throw refused(
      `The sslmode verify-ca in ${setting} needs sslrootcert with the certificate that signs the server’s: public authorities sign for anybody. Or take verify-full.`,
    );
  return {
    url: rest,
    ssl: {
      rejectUnauthorized: verifies,
      ...(root !== null && root !== 'system' ? { ca: read('sslrootcert', root, setting) } : {}),
      ...(cert !== null ? { cert: read('sslcert', cert, setting) } : {}),
      ...(key !== null ? { key: read('sslkey', key, setting) } : {}),
      // Unless the name counts, any that the authority signed for will do.
      ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    },
  };
}
