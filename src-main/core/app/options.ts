import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { CONNECTIONS } from '../platform/db/connection.ts';
import { isPrefix } from '../platform/db/roles.ts';
import { AppError } from '../platform/errors.ts';
import { takeSecret } from './secrets.ts';

/** The engines that a host may run: all of them, unless it is told which. Hosts of one database share the work. */
const engineNames = ['fetcher', 'status-engine', 'key-generator'] as const;
export type EngineName = (typeof engineNames)[number];

export interface ConsoleOptions {
  headless: boolean;
  port: number;
  /** Address to listen on (headless); all but loopback need TLS and a name. */
  listen: string;
  /** PEM files. */
  tlsCert: string | null;
  tlsKey: string | null;
  /** Names under which the console is reached, besides the address. */
  hostNames: readonly string[];
  dataDir: string;
  /** Where backups go that are made by themselves. */
  backupDir: string;
  demo: boolean;
  engines: readonly EngineName[];
  /** Null: the embedded engine. */
  databaseUrl: string | null;
  /** The owner of the schema, where that is another role: used for missing migrations alone. */
  databaseOwnerUrl: string | null;
  /** What the names of the database's roles begin with, where its schema is made; null for the usual. */
  databaseRoles: string | null;
  /** The most connections that this console opens to a central database. */
  databaseConnections: number;
  /** Null: the schedule in memory, events in process. */
  redisUrl: string | null;
  adminPassword: string | null;
  /** Sets up or enrols the keys of this console; null for neither. */
  passphrase: string | null;
  /** Sessions end after so many hours without use, and at the latest after so many in all. */
  sessionIdleHours: number;
  sessionMaxHours: number;
  logLevel: string;
}

const DEFAULT_PORT = 4780;

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return port;
}

/** Host names as a browser sends them: lower case, no scheme, no port. */
function nameList(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
  const odd = names.find((name) => !/^[a-z0-9.-]+$/.test(name));
  if (odd !== undefined)
    throw new InvalidArgumentError(`${odd} is not a host name. Leave out the scheme, port and path.`);
  return names;
}

function engineList(text: string): readonly EngineName[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const unknown = names.filter((name) => !(engineNames as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`Unknown engine ${unknown.join(', ')}. Choose from ${engineNames.join(', ')}.`);
  return names as EngineName[];
}

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
function logLevel(text: string): string {
  if (levels.includes(text)) return text;
  throw new InvalidArgumentError(`Choose from ${levels.join(', ')}.`);
}

/** A variable as its flag would be read. AppError `validation-failed` names it. */
function ofVariable<T>(
  name: string,
  env: Record<string, string | undefined>,
  otherwise: string,
  read: (text: string) => T,
): T {
  // An empty list of engines means none.
  const text = name === 'CONSOLE_ENGINES' ? (env[name] ?? otherwise) : env[name] || otherwise;
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new AppError('validation-failed', `${name} is ${text}. ${error.message}`);
  }
}

/** A positive number of hours, up to a year. AppError `validation-failed` for anything else. */
function hours(env: Record<string, string | undefined>, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (value > 0 && value <= 366 * 24) return value;
  throw new AppError('validation-failed', `${name} must be a number of hours, above 0 and up to a year.`);
}

/** DATABASE_CONNECTIONS. AppError `validation-failed` for what a console can't work with. */
function connections(env: Record<string, string | undefined>): number {
  const value = Number(env.DATABASE_CONNECTIONS || CONNECTIONS.usual);
  if (Number.isInteger(value) && value >= CONNECTIONS.fewest && value <= 200) return value;
  throw new AppError(
    'validation-failed',
    `DATABASE_CONNECTIONS must be a whole number from ${CONNECTIONS.fewest} to 200.`,
  );
}

/** DATABASE_ROLES. AppError `validation-failed` for what is no prefix of a role. */
export function databaseRoles(env: Record<string, string | undefined>): string | null {
  const prefix = env.DATABASE_ROLES || null;
  if (prefix === null || isPrefix(prefix)) return prefix;
  throw new AppError(
    'validation-failed',
    'DATABASE_ROLES must be up to 40 of a to z, 0 to 9 and _, and begin with a letter.',
  );
}

/**
 * Reads the command line and the environment; a flag wins over its variable. Takes the secrets out of the environment.
 * Ends the process on a bad flag.
 */
export function parseOptions(
  argv: readonly string[],
  defaultDataDir: string,
  env: Record<string, string | undefined> = process.env,
): ConsoleOptions {
  const command = new Command('tracker-console')
    .description('Operations console for Find My trackers')
    .option('--headless', 'serve to a browser on this machine instead of opening a window', false)
    .option(
      '--port <port>',
      'port on 127.0.0.1 (headless); 0 takes a free one',
      portNumber,
      ofVariable('CONSOLE_PORT', env, String(DEFAULT_PORT), portNumber),
    )
    .option('--listen <address>', 'address to listen on (headless)', env.CONSOLE_LISTEN || '127.0.0.1')
    .option('--tls-cert <file>', 'certificate chain in PEM, for HTTPS (headless)', env.CONSOLE_TLS_CERT)
    .option('--tls-key <file>', 'private key of the certificate in PEM (headless)', env.CONSOLE_TLS_KEY)
    .option(
      '--host-name <names>',
      'names that the console is reached under, with commas between (headless)',
      nameList,
      ofVariable('CONSOLE_HOST_NAMES', env, '', nameList),
    )
    .option(
      '--data-dir <folder>',
      'where keys, this workstation’s own store and the embedded database are kept',
      env.CONSOLE_DATA_DIR || defaultDataDir,
    )
    .option('--demo', 'a believable company and a simulated Find My network', false)
    .option(
      '--engines <list>',
      `which of ${engineNames.join(', ')} run here; empty for none`,
      engineList,
      ofVariable('CONSOLE_ENGINES', env, engineNames.join(','), engineList),
    )
    .allowExcessArguments(false);
  const flags = command.parse([...argv], { from: 'user' }).opts<{
    headless: boolean;
    port: number;
    listen: string;
    tlsCert?: string;
    tlsKey?: string;
    hostName: string[];
    dataDir: string;
    demo: boolean;
    engines: readonly EngineName[];
  }>();
  const { tlsCert, tlsKey, hostName, ...rest } = flags;
  return {
    ...rest,
    tlsCert: tlsCert || null,
    tlsKey: tlsKey || null,
    hostNames: hostName,
    dataDir: resolve(flags.dataDir),
    backupDir: resolve(env.CONSOLE_BACKUP_DIR || join(flags.dataDir, 'backups')),
    databaseUrl: env.DATABASE_URL || null,
    databaseOwnerUrl: takeSecret('DATABASE_OWNER_URL', env),
    databaseRoles: databaseRoles(env),
    databaseConnections: connections(env),
    redisUrl: env.REDIS_URL || null,
    adminPassword: takeSecret('CONSOLE_ADMIN_PASSWORD', env),
    passphrase: takeSecret('CONSOLE_PASSPHRASE', env),
    sessionIdleHours: hours(env, 'CONSOLE_SESSION_IDLE_HOURS', 12),
    sessionMaxHours: hours(env, 'CONSOLE_SESSION_MAX_HOURS', 24 * 7),
    logLevel: ofVariable('LOG_LEVEL', env, 'info', logLevel),
  };
}
