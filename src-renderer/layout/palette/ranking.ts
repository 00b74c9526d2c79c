import { foldName } from '../../../src-shared/domain/fold-name.ts';
import type { palette } from '../../strings/palette.ts';

export type PaletteGroup = keyof typeof palette.groups;

/** What the jump field can lead to. */
export interface Entry {
  id: string;
  group: PaletteGroup;
  label: string;
  detail?: string;
  /** Words that find it and aren't shown. */
  words?: string;
  /** The server found it by something that isn't shown, such as a MAC address in another notation. */
  found?: boolean;
}

/** How well a text names an entry: 0 is best; null where it doesn't. */
export function placeOf(entry: Entry, text: string): number | null {
  const asked = foldName(text);
  if (asked === '') return text.trim() === '' || entry.found ? 0 : null;
  const label = foldName(entry.label);
  const words = asked.split(' ');
  if (label === asked) return 0;
  if (label.startsWith(asked)) return 1;
  const starts = ` ${label}`;
  if (words.every((word) => starts.includes(` ${word}`))) return 2;
  if (words.every((word) => label.includes(word))) return 3;
  const all = `${label} ${foldName(`${entry.detail ?? ''} ${entry.words ?? ''}`)}`;
  if (words.every((word) => all.includes(word))) return 4;
  return entry.found ? 5 : null;
}

/**
 * The entries that a text names, in groups: within a group the best first, of equals those opened last, and the group
 * with the best entry on top, so that Enter takes the best of all.
 * @param recent ids of what was opened last, newest first
 * @param order of groups that are as good
 */
export function ranked<E extends Entry>(
  entries: readonly E[],
  text: string,
  recent: readonly string[],
  order: readonly PaletteGroup[],
): { group: PaletteGroup; entries: E[] }[] {
  const since = new Map(recent.map((id, n) => [id, n]));
  const placed = entries.flatMap((entry, n) => {
    const place = placeOf(entry, text);
    return place === null ? [] : [{ entry, place, since: since.get(entry.id) ?? Number.POSITIVE_INFINITY, n }];
  });
  placed.sort((a, b) => a.place - b.place || (a.since === b.since ? 0 : a.since - b.since) || a.n - b.n);
  const groups = new Map<PaletteGroup, typeof placed>();
  for (const each of placed) groups.set(each.entry.group, [...(groups.get(each.entry.group) ?? []), each]);
  return [...groups]
    .sort(([a, [x]], [b, [y]]) => {
      const better = x!.place - y!.place || (x!.since === y!.since ? 0 : x!.since - y!.since);
      return better || order.indexOf(a) - order.indexOf(b);
    })
    .map(([group, list]) => ({ group, entries: list.map(({ entry }) => entry) }));
}
