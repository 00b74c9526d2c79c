import { useMediaQuery } from '@mantine/hooks';

/** Whether the window is as narrow as a phone's: below the breakpoint where the navigation becomes a drawer. */
export const usePhone = (): boolean => useWidth('48em');

/** Whether it is a phone or a tablet held upright, where a map beside its list would be a strip. */
export const useNarrow = (): boolean => useWidth('56.25em');

const useWidth = (most: string): boolean =>
  useMediaQuery(`(max-width: ${most})`, undefined, { getInitialValueInEffect: false }) ?? false;
