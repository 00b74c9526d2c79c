import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconWebhook } from '@tabler/icons-react';
import { useState } from 'react';
import type { Manufacturer, WebhookDelivery } from '../../../../src-shared/contract/manufacturers.ts';
import { useCan } from '../../../api/session.ts';
import { useOperationMutation, usePages } from '../../../api/use-operation.ts';
import { ConfirmButton } from '../../../components/ConfirmButton.tsx';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { CopyIcon } from '../../../components/MacAddress.tsx';
import { Time } from '../../../components/Time.tsx';
import { count } from '../../../strings/format.ts';
import { manufacturers } from '../../../strings/manufacturers.ts';

const { webhook: words } = manufacturers;

const columns: Column<WebhookDelivery>[] = [
  { id: 'order', header: words.keyOrder, width: 220, cell: ({ keyOrder }) => `${keyOrder.name} (${keyOrder.id})` },
  { id: 'created', header: words.created, width: 150, cell: (one) => <Time value={one.createdAt} /> },
  { id: 'attempts', header: words.attempts, width: 90, align: 'right', cell: (one) => count(one.attempts) },
  {
    id: 'outcome',
    header: words.outcome,
    width: 320,
    cell: (one) => (one.deliveredAt ? words.delivered : (one.lastError ?? words.waiting)),
  },
  {
    id: 'next',
    header: words.next,
    width: 150,
    cell: (one) => one.nextAttemptAt && <Time value={one.nextAttemptAt} />,
  },
];

/** Where a manufacturer's system is told that a key order is ready, and what came of each message. */
export function WebhookPanel({ manufacturer }: { manufacturer: Manufacturer }) {
  const params = { manufacturerId: manufacturer.id };
  const mayChange = useCan('setManufacturerWebhook');
  const deliveries = usePages('listWebhookDeliveries', { params });
  const [url, setUrl] = useState(manufacturer.webhookUrl ?? '');
  const [secret, setSecret] = useState<string | null>(null);
  const set = useOperationMutation('setManufacturerWebhook', {
    invalidates: ['getManufacturer'],
    onSuccess: (made) => setSecret(made.secret),
  });
  const remove = useOperationMutation('deleteManufacturerWebhook', { invalidates: ['getManufacturer'] });
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {words.hint}
      </Text>
      {mayChange && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            set.mutate({ params, body: { url } });
          }}
        >
          <Group align="flex-end">
            <TextInput
              style={{ flex: '1 1 320px' }}
              label={words.url}
              placeholder="https://"
              required
              maxLength={500}
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <Button type="submit" loading={set.isPending}>
              {manufacturer.webhookUrl ? words.replace : words.set}
            </Button>
            {manufacturer.webhookUrl && (
              <ConfirmButton
                title={words.removeTitle}
                body={words.removeBody}
                confirmLabel={words.remove}
                onConfirm={() => remove.mutateAsync({ params })}
              >
                {words.remove}
              </ConfirmButton>
            )}
          </Group>
        </form>
      )}
      {set.isError && <ErrorState error={set.error} />}
      {secret && (
        <Alert color="iris" variant="light" title={words.shown} role="status">
          <Group gap="xs">
            <code style={{ overflowWrap: 'anywhere' }}>{secret}</code>
            <CopyIcon value={secret} />
            <Button size="xs" variant="default" onClick={() => setSecret(null)}>
              {manufacturers.tokens.done}
            </Button>
          </Group>
        </Alert>
      )}
      <DataTable
        name="webhook-deliveries"
        label={words.log}
        columns={columns}
        pages={deliveries}
        rowKey={(one) => one.id}
        empty={<EmptyState icon={IconWebhook} title={words.empty} />}
      />
    </Stack>
  );
}
