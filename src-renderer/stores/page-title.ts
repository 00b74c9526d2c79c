import { create } from 'zustand';

/** Title of the page on screen, which `Page` sets and breadcrumbs and the window title show. */
export const usePageTitle = create<{ title: string | null; set: (title: string | null) => void }>((set) => ({
  title: null,
  set: (title) => set({ title }),
}));
