import type { ReactNode } from 'react';
import { usePreferences } from '../../stores/preferences.ts';
import type { GlossaryTerm } from '../../strings/glossary.ts';

/** A column of a DataTable. */
export interface Column<T> {
  id: string;
  header: string;
  /** What a question mark behind the header explains. */
  term?: GlossaryTerm;
  cell: (row: T) => ReactNode;
  /** Pixels. Columns without one share what is left over. */
  width?: number;
  align?: 'left' | 'right' | 'center';
  /** The server's sort word; clicking the header toggles `word` and `-word`. */
  sort?: string;
  /** Hidden until the person chooses it. */
  hidden?: boolean;
  /** Can't be hidden. As the first column it stays in sight when a narrow window scrolls sideways. */
  fixed?: boolean;
}

/** At which side a column stays in sight. */
export type Pinned = 'first' | 'last' | undefined;

/** The first column, if it names the row, and the last one, if it holds what can be done with the row. */
export function pinnedOf<T>(column: Column<T>, visible: readonly Column<T>[]): Pinned {
  if (column === visible[0]) return column.fixed ? 'first' : undefined;
  return column === visible.at(-1) && column.header === '' ? 'last' : undefined;
}

const MIN_WIDTH = 110;
export const widthOf = (column: { width?: number }): number => column.width ?? MIN_WIDTH;

/** Which columns of a named table are hidden, and how to change it; remembered on this machine. */
export function useHiddenColumns<T>(name: string, columns: Column<T>[]): [string[], (hidden: string[]) => void] {
  const { hiddenColumns, set } = usePreferences();
  const hidden = hiddenColumns[name] ?? columns.filter((column) => column.hidden).map((column) => column.id);
  return [hidden, (next) => set({ hiddenColumns: { ...hiddenColumns, [name]: next } })];
}
