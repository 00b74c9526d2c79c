import { useMediaQuery } from '@mantine/hooks';

/** Whether the window is as narrow as a phone's: below the breakpoint where the navigation becomes a drawer. */
export const usePhone = (): boolean =>
  useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false }) ?? false;
