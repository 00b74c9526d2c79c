import pino, { type Logger } from 'pino';
import { openLogFile } from './log-file.ts';
import { sayOutagesOnce } from './outages.ts';

/**
 * Fields that never reach a log, wherever a caller puts them. Messages are written by us and carry none; this is the
 * second line of defence for objects that are logged whole.
 */
const secrets = [
  'password',
  'newPassword',
  'currentPassword',
  'passphrase',
  'private_key',
  'privateKey',
  'kek',
  'dataKey',
  'token',
  'searchPartyToken',
  'credentials',
  'authorization',
  'cookie',
];
const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]).concat('req.headers', '*["set-cookie"]');

/** Structured JSON logs, one line an entry, to standard output or to a file of bounded size in the user's log folder. */
export function createLogger(options: { level?: string; destination?: string } = {}): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      redact: { paths, censor: '[redacted]' },
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { logMethod: sayOutagesOnce() },
    },
    options.destination === undefined ? pino.destination({ dest: 1, sync: true }) : openLogFile(options.destination),
  );
}
