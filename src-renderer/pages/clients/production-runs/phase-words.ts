import type { ProductionRun } from '../../../../src-shared/contract/clients.ts';
import { dayIn } from '../../../../src-shared/domain/days.ts';
import { productionRuns as words } from '../../../strings/production-runs.ts';

const DAY_MS = 86_400_000;
const midnight = (date: string) => Date.parse(`${date}T00:00Z`);

/** When a run begins, ends or ended, by the calendar of its own time zone. The phase is the server's. */
export function phaseWords(
  run: Pick<ProductionRun, 'phase' | 'startDate' | 'endDate' | 'timeZone'>,
  now: Date,
): string {
  const today = midnight(dayIn(run.timeZone, now));
  const days = (date: string) => Math.round((midnight(date) - today) / DAY_MS);
  if (run.phase === 'not-begun') return words.begins(Math.max(1, days(run.startDate)));
  if (run.phase === 'over') return words.ended(Math.max(1, -days(run.endDate)));
  const left = days(run.endDate);
  return left <= 0 ? words.endsToday : words.daysLeft(left);
}
