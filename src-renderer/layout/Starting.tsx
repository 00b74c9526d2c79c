import { Center, Loader } from '@mantine/core';
import { common } from '../strings/common.ts';

/** While the first page's code or the session is on its way. */
export function Starting() {
  return (
    <Center h="100%">
      <Loader aria-label={common.loading} />
    </Center>
  );
}
