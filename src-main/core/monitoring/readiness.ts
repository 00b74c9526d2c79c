import type { Core } from '../app/core.ts';

/** A part that answers later than this is as good as down. */
const PATIENCE_MS = 3000;

/**
 * Whether this console can do its work: the database and the schedule answer, and every worker that it runs is up. A
 * worker that waits for something outside (keys, a source) says so and does not count as down.
 */
export async function checkReadiness(core: Core): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const [database, schedule] = await Promise.all([
    check(core.db.ping()),
    check(core.schedule.stats(core.now().getTime())),
  ]);
  const checks: Record<string, string> = { database, schedule, ...core.workerStates() };
  return {
    ready: Object.values(checks).every((state) => !/^(starting|stopped|down|does not answer)/.test(state)),
    checks,
  };
}

async function check(answer: Promise<unknown>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer'), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer.then(() => 'up'), late]);
  } catch {
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}
