import { isDay, plusDays, startOfDay } from '../../src-shared/domain/days.ts';
import { ownZone } from './format.ts';
import type { DayRange } from './presets.ts';

/** Days of an address; what is no day is left out. */
export const rangeOf = (from: string | undefined, to: string | undefined): DayRange => ({
  from: isDay(from) ? from : null,
  to: isDay(to) ? to : null,
});

/** The person's own days as instants for the API, from the first on and before the end of the last. */
export const instantsOf = ({ from, to }: DayRange, zone = ownZone): { from?: string; to?: string } => ({
  ...(from === null ? {} : { from: startOfDay(zone, from).toISOString() }),
  ...(to === null ? {} : { to: startOfDay(zone, plusDays(to, 1)).toISOString() }),
});
