import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { tlsOf } from '../db/tls-settings.ts';
import { AppError } from '../errors.ts';

/** What REDIS_URL says; plain data but for the certificates that were read. */
export interface RedisAddress {
  kind: 'single' | 'sentinel' | 'cluster';
  nodes: { host: string; port: number }[];
  username: string | null;
  password: string | null;
  database: number;
  tls: ConnectionOptions | null;
  /** Of the group that sentinels watch, and their own log-in. */
  group: string | null;
  sentinelPassword: string | null;
  /** Tells companies on one Redis apart: begins every key and channel. Empty where there is one company. */
  prefix: string;
}

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;
const known = ['master', 'sentinelPassword', 'prefix'];
const refused = (message: string) => new AppError('validation-failed', message);

const FORM = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/]*)@)?([^@/?]+)(?:\/(\d*))?$/;

/**
 * Reads REDIS_URL: `redis://[user:password@]host[:port][/database]`, `rediss://` with TLS, and `redis+sentinel://` or
 * `redis+cluster://` with several `host:port`, commas between. AppError `validation-failed` says what is wrong, without
 * the password.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const { url, ssl } = tlsOf(text, 'REDIS_URL');
  const [address = '', query = ''] = url.split('?', 2);
  const found = FORM.exec(address);
  if (!found)
    throw refused(
      'REDIS_URL must be redis://, rediss:// (TLS), redis+sentinel:// or redis+cluster://, then user:password@ where needed, and host:port.',
    );
  const [, scheme, kind = 'single', login = '', hosts = '', database = ''] = found;
  const params = new URLSearchParams(query);
  const odd = [...params.keys()].find((name) => !known.includes(name));
  if (odd !== undefined) throw refused(`REDIS_URL has the unknown setting ${odd}.`);
  const group = params.get('master');
  if (kind === 'sentinel' && !group)
    throw refused('REDIS_URL names sentinels: add ?master= and the name of their group.');
  if (kind === 'cluster' && Number(database) > 0)
    throw refused('REDIS_URL names a cluster, which has no other database than 0.');
  const prefix = params.get('prefix') ?? '';
  if (!/^[A-Za-z0-9_.-]{0,40}$/.test(prefix))
    throw refused('The prefix in REDIS_URL must be up to 40 letters, digits, _ . or -.');
  const colon = login.indexOf(':');
  const [username, password] = colon < 0 ? ['', ''] : [login.slice(0, colon), login.slice(colon + 1)];
  if (login !== '' && colon < 0)
    throw refused('REDIS_URL has a user without a password: write user:password@, or :password@.');
  return {
    kind: kind as RedisAddress['kind'],
    nodes: hosts.split(',').map((node) => nodeOf(node, kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT)),
    username: decodeURIComponent(username) || null,
    password: decodeURIComponent(password) || null,
    database: Number(database),
    tls: scheme === 'rediss' ? ssl || {} : null,
    group,
    sentinelPassword: params.get('sentinelPassword'),
    prefix,
  };
}

function nodeOf(text: string, otherwise: number): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535)
    throw refused('REDIS_URL must name each node as host:port, with commas between.');
  return { host, port: port === undefined ? otherwise : Number(port) };
}

type Connecting = Pick<
  RedisOptions,
  'maxRetriesPerRequest' | 'connectTimeout' | 'commandTimeout' | 'retryStrategy' | 'enableOfflineQueue' | 'lazyConnect'
>;

/** Connects as REDIS_URL says. `options` are those of each connection. */
export function openRedis(address: RedisAddress, options: Connecting): Redis | Cluster {
  const login = {
    ...options,
    ...(address.username === null ? {} : { username: address.username }),
    ...(address.password === null ? {} : { password: address.password }),
    ...(address.tls === null ? {} : { tls: address.tls }),
  };
  if (address.kind === 'cluster') {
    return new Cluster(address.nodes, {
      redisOptions: login,
      ...(options.enableOfflineQueue === undefined ? {} : { enableOfflineQueue: options.enableOfflineQueue }),
      ...(options.lazyConnect === undefined ? {} : { lazyConnect: options.lazyConnect }),
      // A certificate is for a name; nodes that are told by name are reached by it.
      ...(address.tls === null ? {} : { dnsLookup: (host, done) => done(null, host) }),
    });
  }
  if (address.kind === 'sentinel') {
    return new Redis({
      ...login,
      db: address.database,
      sentinels: address.nodes,
      name: address.group as string,
      ...(address.sentinelPassword === null ? {} : { sentinelPassword: address.sentinelPassword }),
      ...(address.tls === null ? {} : { sentinelTLS: address.tls }),
    });
  }
  return new Redis({ ...login, ...address.nodes[0], db: address.database });
}
