import { AppError } from '../errors.ts';

/** The first word of what Redis answers (redis.io/docs, `addReplyError` in its source) -> what is told of it. */
const sentences: Record<string, string> = {
  OOM: 'Redis is full and accepts no changes. Raise its maxmemory, or free some space.',
  READONLY:
    'REDIS_URL names a replica, which accepts no changes. Redis was switched over, or the address is not that of the primary.',
  MISCONF: 'Redis can’t save to its disk and accepts no changes until it can. See its log.',
  NOREPLICAS: 'Redis can’t reach its replicas and accepts no changes until they are back.',
  LOADING: 'Redis has just started and is loading its data.',
  BUSY: 'Redis is busy with another program’s script.',
  CLUSTERDOWN: 'A part of the Redis cluster is down.',
  TRYAGAIN: 'The Redis cluster is moving data.',
  MASTERDOWN: 'Redis has lost its primary.',
  UNBLOCKED: 'Redis was switched over.',
  NOAUTH: 'Redis refuses this console: its user, password or rights were changed.',
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
