import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { ConsoleOptions } from '../core/app/options.ts';
import { AppError } from '../core/platform/errors.ts';

export interface ListenAddress {
  host: string;
  tls: { cert: string; key: string } | undefined;
  /** `Host` values to answer to, once the port is known. */
  hosts(port: number): string[];
  url(port: number): string;
}

const isLoopback = (host: string) => /^127\./.test(host) || host === '::1' || host === 'localhost';
const isEveryAddress = (host: string) => host === '0.0.0.0' || host === '::';
const bracketed = (host: string) => (isIP(host) === 6 ? `[${host}]` : host);

/**
 * Where to listen, from the options. Loopback needs nothing. Every other address is refused without TLS, since
 * passwords and sessions would cross the network readable, and needs the names it is reached under, since any other
 * `Host` is turned away. AppError `validation-failed` with what is missing.
 */
export async function listenAddress(
  options: Pick<ConsoleOptions, 'listen' | 'tlsCert' | 'tlsKey' | 'hostNames'>,
): Promise<ListenAddress> {
  const { listen: host, tlsCert, tlsKey, hostNames } = options;
  if ((tlsCert === null) !== (tlsKey === null))
    throw refused(`Give both --tls-cert and --tls-key; ${tlsCert === null ? '--tls-cert' : '--tls-key'} is missing.`);
  if (!isLoopback(host) && tlsCert === null)
    throw refused(
      `Listening on ${host} opens the console to the network, which needs TLS. Give --tls-cert and --tls-key, or leave --listen out.`,
    );
  if (isEveryAddress(host) && hostNames.length === 0)
    throw refused('Listening on every address needs the names that the console is reached under. Give --host-name.');
  const tls = tlsCert === null || tlsKey === null ? undefined : { cert: await pem(tlsCert), key: await pem(tlsKey) };
  const names = [...(isLoopback(host) ? [host, 'localhost'] : isEveryAddress(host) ? [] : [host]), ...hostNames];
  const usualPort = tls ? 443 : 80;
  return {
    host,
    tls,
    // A browser leaves the usual port of the scheme out. Names given to a console on loopback are those of a proxy before it.
    hosts: (port) =>
      [...new Set(names)].flatMap((name) =>
        port === usualPort || (isLoopback(host) && hostNames.includes(name))
          ? [bracketed(name), `${bracketed(name)}:${port}`]
          : [`${bracketed(name)}:${port}`],
      ),
    url: (port) => `${tls ? 'https' : 'http'}://${bracketed(hostNames[0] ?? host)}:${port}/`,
  };
}

async function pem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AppError('validation-failed', `The file ${path} can’t be read. Check the path and its permissions.`, {
      cause: error,
    });
  }
}

const refused = (message: string) => new AppError('validation-failed', message);
