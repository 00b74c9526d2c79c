import { Button, Group, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ScannerSettings } from '../../../src-shared/contract/workstation.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { common } from '../../strings/common.ts';
import { offline as words } from '../../strings/offline.ts';

/** What this workstation's scanner puts around each code. */
export function ScannerForm({ scanner }: { scanner: ScannerSettings }) {
  const [values, setValues] = useState(scanner);
  const save = useOperationMutation('updateWorkstation', {
    invalidates: ['getWorkstation'],
    onSuccess: () => notifications.show({ message: words.scanner.saved }),
  });
  const changed = values.prefix !== scanner.prefix || values.suffix !== scanner.suffix;
  return (
    <Panel title={words.scanner.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ body: { scanner: values } });
        }}
      >
        <Text size="sm" c="dimmed" mb="xs">
          {words.scanner.hint}
        </Text>
        <Group align="flex-end" gap="xs" wrap="nowrap">
          {(['prefix', 'suffix'] as const).map((place) => (
            <TextInput
              key={place}
              label={words.scanner[place]}
              value={values[place]}
              maxLength={20}
              flex={1}
              miw={0}
              autoComplete="off"
              spellCheck={false}
              onChange={({ currentTarget: { value } }) => setValues((before) => ({ ...before, [place]: value }))}
            />
          ))}
          <Button type="submit" variant="default" flex="none" disabled={!changed} loading={save.isPending}>
            {common.save}
          </Button>
        </Group>
        {save.isError && <ErrorState error={save.error} />}
      </form>
    </Panel>
  );
}
