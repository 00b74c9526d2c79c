import { isMantineColorScheme, type MantineColorScheme, type MantineColorSchemeManager } from '@mantine/core';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { AlertGrouping } from '../../src-shared/contract/alerts.ts';

export type Density = 'compact' | 'comfortable';
/** Whose days figures are counted by: the person's own, each run's, or those of UTC. */
export type DayZone = 'own' | 'run' | 'utc';
export interface Preferences {
  colorScheme: MantineColorScheme;
  density: Density;
  navigationCollapsed: boolean;
  /** This person is done with the first steps on the overview. */
  hidesFirstSteps: boolean;
  dayZone: DayZone;
  /** What alerts are grouped by; null is nothing. */
  alertGrouping: AlertGrouping | null;
  /** Hidden columns by table name. */
  hiddenColumns: Record<string, string[]>;
  /** Widths of columns that the person dragged, in pixels, by table name and column. */
  columnWidths: Record<string, Record<string, number>>;
  set: (change: Partial<Omit<Preferences, 'set'>>) => void;
}

/** What this person prefers on this machine; kept in local storage. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      colorScheme: 'auto',
      density: 'compact',
      navigationCollapsed: false,
      hidesFirstSteps: false,
      dayZone: 'own',
      alertGrouping: null,
      hiddenColumns: {},
      columnWidths: {},
      set: (change) => set(change),
    }),
    { name: 'console.preferences', storage: createJSONStorage(() => localStorage) },
  ),
);

let unsubscribe = () => {};

/** Lets Mantine read and write the colour scheme where the other preferences live. */
export const colorSchemeManager: MantineColorSchemeManager = {
  get: (fallback) => {
    const { colorScheme } = usePreferences.getState();
    return isMantineColorScheme(colorScheme) ? colorScheme : fallback;
  },
  set: (colorScheme) => usePreferences.getState().set({ colorScheme }),
  subscribe: (onUpdate) => {
    unsubscribe = usePreferences.subscribe((state, before) => {
      if (state.colorScheme !== before.colorScheme) onUpdate(state.colorScheme);
    });
  },
  unsubscribe: () => unsubscribe(),
  clear: () => usePreferences.getState().set({ colorScheme: 'auto' }),
};
