const DAY_MS = 86_400_000;

/**
 * Removes what is older than so many days, a small step at a time until a step finds nothing; null keeps all. `step`
 * removes what was over before, and returns how much that was.
 */
export async function keepDays(days: number | null, now: Date, step: (before: Date) => Promise<number>): Promise<void> {
  if (days === null) return;
  const before = new Date(now.getTime() - days * DAY_MS);
  while ((await step(before)) > 0);
}
