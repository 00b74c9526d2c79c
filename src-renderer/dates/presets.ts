import { plusDays } from '../../src-shared/domain/days.ts';

/** Days from the first to the last, both included; null where it is open. */
export interface DayRange {
  from: string | null;
  to: string | null;
}
export const presets = ['today', 'lastSevenDays', 'thisMonth', 'lastMonth', 'run', 'always'] as const;
export type Preset = (typeof presets)[number];

/**
 * The days of a preset.
 * @param today where days are counted
 * @param run the dates of the run that the figures are about
 */
export function daysOf(preset: Preset, today: string, run: DayRange | null): DayRange {
  const firstOfMonth = `${today.slice(0, 7)}-01`;
  switch (preset) {
    case 'today':
      return { from: today, to: today };
    case 'lastSevenDays':
      return { from: plusDays(today, -6), to: today };
    case 'thisMonth':
      return { from: firstOfMonth, to: lastOfMonth(firstOfMonth) };
    case 'lastMonth': {
      const last = plusDays(firstOfMonth, -1);
      return { from: `${last.slice(0, 7)}-01`, to: last };
    }
    case 'run':
      return run ?? { from: null, to: null };
    case 'always':
      return { from: null, to: null };
  }
}

/** Thirty-one days on is the next month, whichever it was. */
const lastOfMonth = (firstOfMonth: string): string => plusDays(`${plusDays(firstOfMonth, 31).slice(0, 7)}-01`, -1);
