import { isCertificateCode } from '../platform/db/outcomes.ts';
import { codeOf } from '../platform/db/sqlstate.ts';
import { AppError } from '../platform/errors.ts';
import { refusalOf } from '../platform/redis/redis-error.ts';

/** What is wrong with a setting, in a sentence that names it. */
export interface WrongSetting {
  sentence: string;
  /** Nobody answers at that address, which may also be a network that is away. */
  mayPass: boolean;
}

interface Address {
  host: string;
  user: string;
  database: string;
}

/** `host:port`, role and database of an address, as sentences name them; never its password. */
function addressOf(url: string, usualPort: number): Address {
  const [, login = '', host = '', database = ''] = /^[\w+.-]+:\/\/(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?/.exec(url) ?? [];
  const user = decodeURIComponent(login.split(':')[0] ?? '');
  return { host: /:\d+$|,/.test(host) ? host : `${host}:${usualPort}`, user, database: decodeURIComponent(database) };
}

/** Why nobody answered, by Node's codes. */
const away: Record<string, (setting: string, host: string) => string> = {
  ENOTFOUND: (setting, host) => `${setting} names the host of ${host}, which is not known. Check the name.`,
  EAI_AGAIN: (setting, host) =>
    `${setting} names the host of ${host}, which can’t be looked up. Check name and network.`,
  ECONNREFUSED: (setting, host) => `Nothing listens at ${host} of ${setting}. Check host and port.`,
};

function unreachable(setting: string, host: string, code: string | null): WrongSetting {
  const said =
    (code !== null && away[code]) || (() => `${host} of ${setting} does not answer. Check host, port and network.`);
  return { sentence: said(setting, host), mayPass: true };
}

const wrong = (sentence: string): WrongSetting => ({ sentence, mayPass: false });
const untrusted = (setting: string, host: string, message: string) =>
  wrong(`The certificate of ${host} is not trusted (${message}). Check sslmode and sslrootcert in ${setting}.`);

/** The error as it came, below what it was wrapped in. */
function origin(error: unknown): { code: string | null; message: string } {
  let source = error;
  while (source instanceof Error) {
    const cause = source instanceof AppError ? source.extras.cause : source.cause;
    if (!(cause instanceof Error)) break;
    source = cause;
  }
  // Several addresses of one name were tried: each has its own.
  if (source instanceof AggregateError) source = source.errors[0];
  return { code: codeOf(source).code, message: source instanceof Error ? source.message : String(source) };
}

/** What is wrong with the address of the database, told from how a first connection failed; null for what is not a setting. */
export function wrongDatabase(setting: string, url: string, error: unknown): WrongSetting | null {
  const { host, user, database } = addressOf(url, 5432);
  const { code, message } = origin(error);
  if (code !== null && isCertificateCode(code)) return untrusted(setting, host, message);
  if (code?.startsWith('ERR_SSL') || code === 'EPROTO')
    return wrong(`${host} does not speak TLS as sslmode in ${setting} asks for (${message}).`);
  if (message.includes('does not support SSL'))
    return wrong(`sslmode in ${setting} asks for TLS, which ${host} does not speak.`);
  if (message.includes('error establishing an SSL'))
    return wrong(`The service at ${host} of ${setting} is not PostgreSQL.`);
  if (code === '28P01' || /password must be a (non-empty )?string/.test(message))
    return wrong(`The password in ${setting} is not that of the role ${user} at ${host}.`);
  if (code === '28000')
    return wrong(`The server at ${host} does not let the role ${user} of ${setting} in: ${message}.`);
  if (code === '3D000') return wrong(`${setting} names the database ${database}, which ${host} does not have.`);
  if (code === '42501') return wrong(`The role ${user} of ${setting} lacks a right at ${host}: ${message}.`);
  if (message.startsWith('Connection terminated unexpectedly') || code === 'ECONNRESET')
    return {
      sentence: `The service at ${host} of ${setting} is not PostgreSQL, or closes connections.`,
      mayPass: true,
    };
  const isAway = /^E(?!RR)[A-Z_]+$/.test(code ?? '') || /timeout/i.test(message);
  return isAway ? unreachable(setting, host, code) : null;
}

/** The same of Redis. */
export function wrongRedis(url: string, error: unknown): WrongSetting | null {
  const setting = 'REDIS_URL';
  const { host, database } = addressOf(url, 6379);
  const { code, message } = origin(error);
  if (code !== null && isCertificateCode(code)) return untrusted(setting, host, message);
  if (code?.startsWith('ERR_SSL') || code === 'EPROTO')
    return wrong(`${host} does not speak TLS, which rediss:// in ${setting} asks for.`);
  if (/^(WRONGPASS|NOAUTH|ERR (invalid password|AUTH|Client sent AUTH))/.test(message))
    return wrong(`The user or password in ${setting} is not the one that ${host} wants.`);
  if (/DB index is out of range|ERR invalid DB/.test(message))
    return wrong(`${setting} names the database ${database}, which ${host} does not have.`);
  if (/^NOPERM/.test(message)) return wrong(`The user of ${setting} lacks a right at ${host}: ${message}.`);
  if (/cluster support disabled|unknown command/.test(message))
    return wrong(`The service at ${host} of ${setting} does not match its scheme: ${message}.`);
  if (/Protocol error|ParserError/.test(message)) return wrong(`The service at ${host} of ${setting} is not Redis.`);
  if (refusalOf(message) !== null) return null;
  return unreachable(setting, host, code);
}
