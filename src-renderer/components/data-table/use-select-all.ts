import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Pages } from '../../api/use-operation.ts';
import { common } from '../../strings/common.ts';

/** How many rows can be selected at once: what a person can still mean. */
export const MAX_SELECTED = 10_000;

interface Options<T> {
  pages: Pages<T> | undefined;
  select: (() => Promise<void>) | undefined;
  onSelected: (items: T[]) => void;
}

/** Selects all rows that match, also those that are not loaded yet: these are loaded first. */
export function useSelectAll<T>({ pages, select, onSelected }: Options<T>) {
  const [isSelecting, setSelecting] = useState(false);
  const loadAll = async () => {
    if (!pages) return;
    let items = pages.items;
    let more = true;
    while (more && items.length < MAX_SELECTED) {
      const result = await pages.query.fetchNextPage();
      // What failed says so in its place; the rows that are there are selected.
      items = (result.data as T[] | undefined) ?? items;
      if (result.isError) break;
      more = result.hasNextPage;
    }
    if (more) notifications.show({ color: 'yellow', message: common.tooManyToSelect(items.length) });
    onSelected(items);
  };
  return {
    isSelecting,
    select: async () => {
      setSelecting(true);
      await (select ?? loadAll)().finally(() => setSelecting(false));
    },
  };
}
