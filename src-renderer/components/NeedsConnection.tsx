import { Alert, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { offline as words } from '../strings/offline.ts';

/** In place of what this workstation has no copy of: nothing went wrong, it waits for the connection. */
export function NeedsConnection() {
  return (
    <Alert
      color="gray"
      variant="light"
      icon={<IconPlugConnectedX aria-hidden />}
      title={words.needsConnection}
      role="status"
      maw={640}
      data-testid="needs-connection"
    >
      <Text size="sm">{words.needsConnectionHint}</Text>
    </Alert>
  );
}
