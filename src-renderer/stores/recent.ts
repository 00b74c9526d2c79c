import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

/** Something that was opened: enough to show it again without asking for it. */
export interface Recent {
  to: string;
  label: string;
  detail: string;
}
/** As many as one finds at a glance. */
const MOST = 8;

interface Store {
  userId: number | null;
  items: readonly Recent[];
}

/** What a person opened last on this machine, newest first; theirs alone, and gone when they log out. */
export const useRecent = create<Store>()(
  persist<Store>(() => ({ userId: null, items: [] }), {
    name: 'console.recent',
    storage: createJSONStorage(() => localStorage),
  }),
);

/** Puts something that was opened to the front. */
export function remember(userId: number, recent: Recent): void {
  const { items, ...store } = useRecent.getState();
  const own = store.userId === userId ? items : [];
  useRecent.setState({ userId, items: [recent, ...own.filter(({ to }) => to !== recent.to)].slice(0, MOST) });
}

export const recentOf = (store: Store, userId: number): readonly Recent[] =>
  store.userId === userId ? store.items : [];

export function forgetRecent(): void {
  useRecent.setState({ userId: null, items: [] });
}
