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
  /** What names the row on a card, where nothing stands beside it; of the first column, or of the one that `heads` it. */
  title?: (row: T) => ReactNode;
  /** Heads the card of a row on a phone; otherwise the first column does. */
  heads?: boolean;
  /** Pixels. Columns without one share what is left over. */
  width?: number;
  align?: 'left' | 'right' | 'center';
  /** The server's sort word; clicking the header toggles `word` and `-word`. */
  sort?: string;
  /** What a table whose rows are all at hand sorts by. */
  value?: (row: T) => string | number | null | undefined;
  /** Hidden until the person chooses it. */
  hidden?: boolean;
  /** Can't be hidden. */
  fixed?: boolean;
  /** One of the facts of a row on a phone, usually three. Where no column says so: the first three after the one that names the row. */
  fact?: boolean;
}

/** At which side a column stays in sight. */
export type Pinned = 'first' | 'last' | undefined;

/** The first column, which names the row, and the last one, if it holds what can be done with the row. */
export function pinnedOf<T>(column: Column<T>, visible: readonly Column<T>[]): Pinned {
  if (column === visible[0]) return 'first';
  return column === visible.at(-1) && column.header === '' ? 'last' : undefined;
}

const FACTS = 3;

/** The columns of a row as a card: what names it, what can be done with it, and its facts, in this order. */
export function cardColumns<T>(columns: readonly Column<T>[], visible: readonly Column<T>[]): Column<T>[] {
  const title = visible.find((column) => column.heads) ?? visible[0];
  if (!title) return [];
  const others = visible.filter((column) => column !== title);
  const facts = columns.filter((column) => column.fact);
  const named = others.filter((column) => column.header !== '');
  return [
    title,
    ...others.filter((column) => column.header === ''),
    ...(facts.length > 0 ? facts : named.slice(0, FACTS)),
  ];
}

/** The rows in the order of `word` or `-word`, by their own values. Those without one come last. */
export function sortRows<T>(rows: T[], columns: readonly Column<T>[], sort: string | null): T[] {
  const descending = sort?.startsWith('-') ?? false;
  const value = columns.find((column) => column.id === sort?.replace(/^-/, ''))?.value;
  if (!value) return rows;
  const sign = descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one) ?? null, value(other) ?? null];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (typeof a === 'string' ? a.localeCompare(String(b)) : a - Number(b));
  });
}

const MIN_WIDTH = 110;
export const widthOf = (column: { width?: number }): number => column.width ?? MIN_WIDTH;

/** Which columns of a named table are hidden, and how to change it; remembered on this machine. */
export function useHiddenColumns<T>(name: string, columns: Column<T>[]): [string[], (hidden: string[]) => void] {
  const { hiddenColumns, set } = usePreferences();
  const chosen = hiddenColumns[name] ?? columns.filter((column) => column.hidden).map((column) => column.id);
  const hidden = chosen.filter((id) => !columns.some((column) => column.id === id && column.fixed));
  return [hidden, (next) => set({ hiddenColumns: { ...hiddenColumns, [name]: next } })];
}
