import { useUrlFilters } from './use-url-filters.ts';

/** Whether the form of something new is open. It is in the address, so that other screens lead to it. */
export function useNew(): [opened: boolean, { open: () => void; close: () => void }] {
  const { values, set } = useUrlFilters(['new']);
  return [values.new !== undefined, { open: () => set({ new: 1 }), close: () => set({ new: null }) }];
}
