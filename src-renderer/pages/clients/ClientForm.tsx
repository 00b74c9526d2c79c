import { Textarea, TextInput } from '@mantine/core';
import { type Client, clientRoutes } from '../../../src-shared/contract/clients.ts';
import { api } from '../../api/client.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { checkedBy } from '../../components/editing/check-form.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { clients as words } from '../../strings/clients.ts';

interface Props {
  opened: boolean;
  onClose: () => void;
  client?: Client;
  onCreated?: (client: Client) => void;
}

const valuesOf = (client?: Client) => ({ name: client?.name ?? '', notes: client?.notes ?? '' });

export function ClientForm({ opened, onClose, client, onCreated }: Props) {
  const invalidates = ['listClients', 'getClient', 'listBrands', 'listProductionRuns'] as const;
  const create = useOperationMutation('createClient', { invalidates });
  const update = useOperationMutation('updateClient', { invalidates });
  const form = useOperationForm({
    initialValues: valuesOf(client),
    validate: checkedBy(clientRoutes.createClient, (values) => values, { name: words.nameMissing }),
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={client ? words.editTitle(client.name) : words.createTitle}
      form={form}
      editing={
        client && {
          record: client,
          read: () => api.getClient({ params: { clientId: client.id } }),
          values: valuesOf,
          labels: words,
        }
      }
      onSubmit={async (body, { version, changed }) => {
        if (client)
          return update.mutateAsync({ params: { clientId: client.id }, body: changed((all) => all), version });
        onCreated?.(await create.mutateAsync({ body }));
      }}
    >
      <TextInput label={words.name} withAsterisk maxLength={200} data-autofocus {...form.getInputProps('name')} />
      <Textarea
        label={words.notes}
        autosize
        minRows={3}
        maxRows={10}
        maxLength={4000}
        {...form.getInputProps('notes')}
      />
    </FormModal>
  );
}
