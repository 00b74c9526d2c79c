/**
 * What becomes of work that failed.
 * - `retry`: at once; it lost against somebody else's and did nothing.
 * - `wait`: it is tried again after a while, however long that takes. So is what nobody knows.
 * - `refuse`: the answer stays the same, and whoever asked must know it.
 * - `fault`: a fault of ours, which trying again doesn't mend.
 */
export type Outcome = 'retry' | 'wait' | 'refuse' | 'fault';

/** What a code says about the database; `isLost` when it can't be reached, so that no other question would be answered. */
export interface Verdict {
  outcome: Outcome;
  why: string | null;
  isLost: boolean;
}

const lost: Verdict = { outcome: 'wait', why: 'The database can’t be reached.', isLost: true };
const waits = (why: string): Verdict => ({ outcome: 'wait', why, isLost: false });
const rival: Verdict = { outcome: 'retry', why: 'Someone else is changing the same data right now.', isLost: false };
const refused: Verdict = { outcome: 'refuse', why: null, isLost: false };
const fault: Verdict = { outcome: 'fault', why: null, isLost: false };

const diskTrouble = waits('The database has a disk problem.');
const shortOfMemory = waits('The database is short of memory or another resource.');
const tookTooLong = waits('The database took too long for this and was stopped.');
const inUse = waits('Someone else is using this data right now.');
const notLetIn = waits('The database refuses this console: its user, password or rights were changed.');
const ownDisk = waits('The disk of this console is full or read-only.');
const ownLimits = waits('This console is short of memory or another resource.');

const notTrusted: Verdict = {
  outcome: 'wait',
  why: 'This console does not trust the certificate of the database.',
  isLost: true,
};
/** Of Node's TLS (nodejs.org/api/tls.html, X509 certificate error codes). */
const certificateCodes = [
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_GET_ISSUER_CERT', 'CERT_REVOKED'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED', 'CERT_UNTRUSTED'],
  ...['CERT_NOT_YET_VALID', 'CERT_SIGNATURE_FAILURE', 'CERT_REJECTED', 'INVALID_CA', 'INVALID_PURPOSE'],
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
];

/** Whether a code says that a certificate is not trusted. */
export const isCertificateCode = (code: string): boolean => certificateCodes.includes(code);

/** Node's codes (man 3 errno, and Node's own for streams), and single SQLSTATEs that differ from their class. */
const codes: Record<string, Verdict> = {
  ...Object.fromEntries(
    [
      ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ENOENT', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'],
      ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET', 'ENOTCONN', 'EADDRNOTAVAIL'],
      ...['ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_SOCKET_CLOSED'],
    ].map((code) => [code, lost]),
  ),
  ...Object.fromEntries(certificateCodes.map((code) => [code, notTrusted])),
  ...{ ENOSPC: ownDisk, EDQUOT: ownDisk, EROFS: ownDisk, EIO: ownDisk },
  ...{
    ENOMEM: ownLimits,
    EMFILE: ownLimits,
    ENFILE: ownLimits,
    EAGAIN: ownLimits,
    ERR_WORKER_OUT_OF_MEMORY: ownLimits,
  },

  // read_only_sql_transaction; idle_in_transaction_session_timeout, transaction_timeout
  '25006': waits('The database is read-only at the moment.'),
  ...{ '25P03': tookTooLong, '25P04': tookTooLong },
  // statement_completion_unknown
  '40003': lost,
  // transaction_integrity_constraint_violation
  '40002': refused,
  // insufficient_privilege
  '42501': refused,
  // disk_full, too_many_connections
  '53100': waits('The disk of the database is full.'),
  '53300': lost,
  // query_canceled
  '57014': tookTooLong,
  // data_corrupted, index_corrupted
  ...{ XX001: fault, XX002: fault },
};

/** SQLSTATEs by their first two characters: each class of the PostgreSQL manual, appendix A. */
const classes: Record<string, Verdict> = {
  // Statements that are wrong, or are used wrongly.
  ...Object.fromEntries(
    [
      ...['03', '09', '0A', '0B', '0F', '0L', '0Z', '10', '20', '21', '24', '25', '26', '27', '2B', '2D', '2F', '34'],
      ...['38', '39', '3B', '3F', '42', '44', '54', 'P0'],
    ].map((code) => [code, fault]),
  ),
  // Values and references that can't be stored.
  ...{ '22': refused, '23': refused },
  // Connections; operator intervention: shutting down, starting, dropped.
  ...{ '08': lost, '57': lost },
  // Invalid role, authorization, catalog name: what an administrator changed, and can change back.
  ...{ '0P': notLetIn, '28': notLetIn, '3D': notLetIn },
  // Another transaction was first; its snapshot is too old.
  ...{ '40': rival, '72': rival },
  ...{ '53': shortOfMemory, '55': inUse, '58': diskTrouble, F0: diskTrouble },
};

const unknown = (code: string) => waits(`The database failed for a reason that this console doesn’t know (${code}).`);

const isSqlstate = (code: string) => /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);

/** What `pg` says without a code. */
const brokenConnection = [
  ...['Connection terminated', 'Connection ended unexpectedly', 'timeout exceeded when trying to connect'],
  ...['timeout expired', 'Client has encountered a connection error', 'Client was closed'],
  ...['Cannot use a pool after calling end', 'The server does not support SSL connections'],
  ...['There was an error establishing an SSL connection'],
];

/** What a code, or a message without one, says; null for what isn't the database's, the network's or this machine's. */
export function verdictOf(code: string | null, message: string): Verdict | null {
  if (code === null && message.includes('Query read timeout')) return tookTooLong;
  if (code === null) return brokenConnection.some((text) => message.includes(text)) ? lost : null;
  return codes[code] ?? (isSqlstate(code) ? (classes[code.slice(0, 2)] ?? unknown(code)) : null);
}
