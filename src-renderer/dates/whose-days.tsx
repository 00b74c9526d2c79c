import { Select } from '@mantine/core';
import { type DayZone, usePreferences } from '../stores/preferences.ts';
import { dates as words } from '../strings/dates.ts';
import { ownZone, zoneName } from './format.ts';

const options: readonly DayZone[] = ['own', 'run', 'utc'];

export interface WhoseDays {
  whose: DayZone;
  /** As the API takes it: `run` for each run's own zone. */
  timeZone: string;
  /** Said beside the figures. */
  words: string;
  /** The same in brackets behind `Day`. */
  short: string;
}

/** In whose zone days are counted, as this person has chosen for every screen. */
export function useWhoseDays(): WhoseDays {
  const whose = usePreferences((state) => state.dayZone);
  return {
    whose,
    timeZone: whose === 'own' ? ownZone : whose === 'utc' ? 'UTC' : 'run',
    short: whose === 'own' ? zoneName(ownZone) : words.short[whose],
    words: whose === 'own' ? words.daysOf.own(zoneName(ownZone)) : words.daysOf[whose],
  };
}

/** Whose days are counted: the person's own, each run's, or UTC. */
export function WhoseDaysSelect({ label = false }: { label?: boolean }) {
  const { dayZone, set } = usePreferences();
  return (
    <Select
      {...(label ? { label: words.whose } : { 'aria-label': words.whose })}
      w={210}
      allowDeselect={false}
      data={options.map((value) => ({
        value,
        label: value === 'own' ? words.whoseOptions.own(zoneName(ownZone)) : words.whoseOptions[value],
      }))}
      value={dayZone}
      onChange={(value) => set({ dayZone: value as DayZone })}
    />
  );
}
