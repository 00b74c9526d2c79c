import { useDisclosure } from '@mantine/hooks';
import { useEffect } from 'react';
import { useUrlFilters } from './use-url-filters.ts';

/** Whether the form of something new is open. Other screens lead to it by `?new=1`, which then leaves the address. */
export function useNew(): ReturnType<typeof useDisclosure> {
  const { values, set } = useUrlFilters(['new']);
  const form = useDisclosure(false);
  const [, { open }] = form;
  const asked = values.new !== undefined;
  useEffect(() => {
    if (!asked) return;
    open();
    set({ new: null });
  }, [asked, open, set]);
  return form;
}
