import type { ProductionRun } from '../../../../src-shared/contract/clients.ts';
import { productionRuns as words } from '../../../strings/production-runs.ts';

const DAY_MS = 86_400_000;
const midnight = (date: string) => Date.parse(`${date}T00:00Z`);

/** The calendar date at an instant in a time zone, as in `2026-11-23`. */
export function dateIn(timeZone: string, at: Date): string {
  // Sweden's notation is ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
}

/** When a run begins, ends or ended, by the calendar of its own time zone. The phase is the server's. */
export function phaseWords(
  run: Pick<ProductionRun, 'phase' | 'startDate' | 'endDate' | 'timeZone'>,
  now: Date,
): string {
  const today = midnight(dateIn(run.timeZone, now));
  const days = (date: string) => Math.round((midnight(date) - today) / DAY_MS);
  if (run.phase === 'not-begun') return words.begins(Math.max(1, days(run.startDate)));
  if (run.phase === 'over') return words.ended(Math.max(1, -days(run.endDate)));
  const left = days(run.endDate);
  return left <= 0 ? words.endsToday : words.daysLeft(left);
}
