import { Button, Group, Skeleton, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCan } from '../../../api/session.ts';
import { useOperation, useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { settings } from '../../../strings/settings.ts';

const { network: words } = settings;

/** Where the console may connect to: addresses in the company's own networks only when an administrator says so. */
export function NetworkPanel() {
  const { data, isError, error } = useOperation('getNetworkSettings', {});
  const mayChange = useCan('updateNetworkSettings');
  const update = useOperationMutation('updateNetworkSettings', { invalidates: ['getNetworkSettings'] });
  return (
    <Panel anchor="network" title={words.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.hint}
      </Text>
      {isError && <ErrorState error={error} />}
      {!data && !isError && <Skeleton height={40} />}
      {data && (
        <Switch
          label={words.privateNetworks}
          description={words.privateHint}
          disabled={!mayChange || update.isPending}
          checked={data.privateNetworks}
          onChange={(event) =>
            update.mutate({ body: { privateNetworks: event.currentTarget.checked }, version: data.version })
          }
        />
      )}
      {data && mayChange && (
        <AnchorAddress
          key={data.version}
          known={data.anchorUrl}
          saving={update.isPending}
          onSave={(anchorUrl) => update.mutate({ body: { anchorUrl }, version: data.version })}
        />
      )}
      {update.isError && <ErrorState error={update.error} />}
    </Panel>
  );
}

function AnchorAddress(props: { known: string | null; saving: boolean; onSave: (url: string | null) => void }) {
  const { known, saving, onSave } = props;
  const [text, setText] = useState(known ?? '');
  const url = text.trim() || null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(url);
      }}
    >
      <Group mt="md" align="flex-end">
        <TextInput
          flex={1}
          miw={220}
          label={words.anchorUrl}
          description={words.anchorHint}
          placeholder="https://"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={url === known} loading={saving}>
          {words.save}
        </Button>
      </Group>
    </form>
  );
}
