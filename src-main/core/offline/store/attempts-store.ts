import { type Attempt, type Count, countedOrWait, lowered, NONE } from '../../access/throttle.ts';
import type { Store } from './store.ts';

/** Longer than any level takes to fall to nothing, but for a flood's. */
const KEPT_MS = 3 * 86_400_000;

const find = (store: Store, { what, who, address }: Attempt): Count =>
  store.get<Count>(
    `select level, counted_at as countedAt, blocked_until as blockedUntil from sign_in_attempts
     where what = ? and who = ? and address = ?`,
    what,
    who,
    address,
  ) ?? NONE;

const put = (store: Store, { what, who, address }: Attempt, { level, countedAt, blockedUntil }: Count) =>
  store.run(
    `insert into sign_in_attempts (what, who, address, level, counted_at, blocked_until) values (?, ?, ?, ?, ?, ?)
     on conflict (what, who, address) do update set level = excluded.level, counted_at = excluded.counted_at,
     blocked_until = excluded.blocked_until`,
    what,
    who,
    address,
    level,
    Math.round(countedAt),
    Math.round(blockedUntil),
  );

function change(store: Store, attempts: readonly Attempt[], of: (count: Count, attempt: Attempt) => Count): void {
  store.write(() => {
    for (const attempt of attempts) put(store, attempt, of(find(store, attempt), attempt));
  });
}

/** As `AttemptCounter` does: raises all, or none and returns the milliseconds to wait. */
export const countAttempts = (store: Store, attempts: readonly Attempt[], now: number): number =>
  store.write(() => {
    const before = attempts.map((attempt) => find(store, attempt));
    const { wait, counts } = countedOrWait(attempts, before, now);
    if (wait > 0) return wait;
    store.run('delete from sign_in_attempts where counted_at < ?', now - KEPT_MS);
    for (const [at, attempt] of attempts.entries()) put(store, attempt, counts[at]!);
    return 0;
  });

export const giveAttemptsBack = (store: Store, attempts: readonly Attempt[]) =>
  change(store, attempts, (count, { throttle }) => lowered(count, throttle));

export const forgetAttempts = (store: Store, attempts: readonly Attempt[]) => change(store, attempts, () => NONE);
