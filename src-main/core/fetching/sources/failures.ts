import { ForbiddenAddress } from '../../platform/http/connector.ts';
import type { FailedAnswer, FailureReason } from './source.ts';

/** Who was asked, and whether with a login: what to do about a failure depends on it. */
export interface Asked {
  who: 'apple' | 'haystack' | 'anisette';
  hasLogin: boolean;
}

export function failed(
  reason: FailureReason,
  message: string,
  status: number | null = null,
  extra: { retryAfterMs?: number | null; spurious?: boolean } = {},
): FailedAnswer {
  const { retryAfterMs = null, spurious = false } = extra;
  return { kind: 'failed', reason, message, status, retryAfterMs, spurious };
}

/** What an HTTP status, or the status within Apple's answer, means (docs/find-my.md#apples-endpoints). */
export function statusFailure(status: number, asked: Asked, retryAfterMs: number | null): FailedAnswer {
  if (status === 401 || status === 403 || status === 541) {
    const message = `The login was refused (${status}). ${loginAdvice(status, asked)}`;
    return failed('login-expired', message, status, { retryAfterMs, spurious: status === 401 });
  }
  if (status === 429 || status === 503) {
    return failed('throttled', `The service asks the console to wait (${status}).`, status, { retryAfterMs });
  }
  if (status === 504 && asked.who === 'haystack') {
    const message = 'The endpoint can’t reach its anisette server (504). Check that it is running.';
    return failed('anisette', message, status, { retryAfterMs });
  }
  if (status >= 500) {
    const message = `The service failed (${status}). It is asked again later.`;
    return failed('server-error', message, status, { retryAfterMs, spurious: status === 500 });
  }
  return failed('bad-answer', `The service answered ${status}. Check its address.`, status, { retryAfterMs });
}

function loginAdvice(status: number, { who, hasLogin }: Asked): string {
  if (who === 'apple') return 'Log the account in again with the login tool, and import the fresh auth.json.';
  if (who === 'anisette')
    return 'This anisette server asks for a login, which can’t be given here: choose another one.';
  const own = 'the endpoint’s own login to Apple has expired: log in again where it runs';
  if (status === 541) return `Most likely ${own}.`;
  if (!hasLogin) return `The endpoint asks for a user name and a password, and none is set here; or ${own}.`;
  return `Check the user name and the password; or ${own}.`;
}

/** Nothing is sent on to another address: a login belongs to the one that it was entered for. */
export function redirectFailure(response: Response, address: string): FailedAnswer {
  const location = response.headers.get('location');
  const target = location !== null && URL.canParse(location, address) ? new URL(location, address) : null;
  const where = target ? `${target.origin}${target.pathname}` : 'another address';
  const message = `The service sends requests on to ${where} (${response.status}). If that is right, enter it as the address.`;
  return failed('bad-answer', message, response.status);
}

/**
 * For a port that is closed, and for one where something else listens than HTTP: whoever may test sources learns nothing
 * about other programs by it.
 */
const NOTHING_THERE =
  'The service can’t be reached: no web service answers at this address and port. Check the port, whether it should be https://, and that the service is running there.';

/** Why a request had no answer. The names are those of Node, OpenSSL and undici. */
export function networkFailure(error: unknown, asked: Asked, signal: AbortSignal): FailedAnswer {
  const reason: unknown = signal.aborted ? signal.reason : error;
  const name = reason instanceof Error ? reason.name : '';
  if (name === 'TimeoutError')
    return failed('timeout', 'The service did not answer in time. Check that it is running and not overloaded.');
  if (signal.aborted) return failed('stopped', 'The console was stopped before the answer came.');
  if (error instanceof ForbiddenAddress) return { ...failed('network', error.message), forbidden: true };
  const code = codeOf(error);
  if (code === 'ECONNREFUSED' || code.startsWith('HPE_')) return failed('network', NOTHING_THERE);
  const words = wordsOf(code, asked) ?? 'The service can’t be reached. Check the address and the network.';
  return failed('network', code === '' ? words : `${words} (${code})`);
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  // undici's own error has no code.
  if (cause instanceof Error && cause.name === 'HTTPParserError') return 'HPE_INVALID_CONSTANT';
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

function wordsOf(code: string, { who }: Asked): string | null {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'The service can’t be reached: its name is not known. Check the address, and that this console has a network.';
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') {
    if (who !== 'haystack') return 'The service closed the connection without an answer. It is asked again later.';
    return (
      'The endpoint closed the connection without an answer. Its login to Apple has expired, Apple gave it nothing, or ' +
      'its anisette server is down: its own log says which. To log in again, do so where the endpoint runs.'
    );
  }
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT' || code === 'SELF_SIGNED_CERT_IN_CHAIN')
    return 'The service’s certificate is self-signed, so it could be anybody. Give it a certificate that this machine trusts, or have its authority added to this machine.';
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return 'The service’s certificate is not valid today. Renew it, and check this machine’s clock.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'The service’s certificate belongs to another name. Use the name that it was made for in the address.';
  if (/^(UNABLE_TO_|CERT_)/.test(code))
    return 'The service’s certificate is not trusted by this machine. Have its authority added to this machine, or use another certificate.';
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return 'The service doesn’t speak HTTPS at this port. Use http:// if it is on this machine, or the port of its HTTPS.';
  return null;
}
