import { AppError } from '../errors.ts';

/** The first word of what Redis answers (redis.io/docs, `addReplyError` in its source) -> what is told of it. */
const sentences: Record<string, string> = {
  OOM: 'Redis is full, and takes no changes: raise its maxmemory, or make room.',
  READONLY:
    'REDIS_URL names a replica, which takes no changes: Redis was switched over, or the address is not the primary’s.',
  MISCONF: 'Redis can’t save to its disk, and takes no changes until it can: see its log.',
  NOREPLICAS: 'Redis misses its replicas, and takes no changes until they are back.',
  LOADING: 'Redis has just started, and loads its data.',
  BUSY: 'Redis is busy with a script of somebody else.',
  CLUSTERDOWN: 'A part of the Redis cluster is down.',
  TRYAGAIN: 'The Redis cluster is moving data.',
  MASTERDOWN: 'Redis has lost its primary.',
  UNBLOCKED: 'Redis was switched over.',
  NOAUTH: 'Redis does not let this console in: its user, password or rights were changed.',
};
sentences.WRONGPASS = sentences.NOAUTH!;
sentences.NOPERM = sentences.NOAUTH!;

/** Up to version 6 the word stands behind what an error of a script begins with. */
const WORD = /(?:^|: -)([A-Z]{3,12})\b/g;

/** Why Redis takes no command for now; null where it says that the command itself was wrong. */
export function refusalOf(message: string): string | null {
  for (const [, word] of message.matchAll(WORD)) {
    const sentence = sentences[word!];
    if (sentence !== undefined) return sentence;
  }
  return null;
}

/**
 * AppError `unavailable` with what ails Redis, where that passes or can be mended outside; an error that a command or
 * script of ours caused passes unchanged. `meanwhile` says what becomes of the work.
 */
export function redisError(error: unknown, meanwhile: string): unknown {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const refusal = refusalOf(message);
  if (name === 'ReplyError' && refusal === null) return error;
  return new AppError('unavailable', `${refusal ?? 'Redis can’t be reached.'} ${meanwhile}`, {
    cause: error,
    retryAfterSeconds: 2,
  });
}
