import { Alert, Button, Checkbox, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { type ApiToken, MAX_TOKEN_DAYS } from '../../../../src-shared/contract/api-tokens.ts';
import { useCan } from '../../../api/session.ts';
import { useOperationMutation, usePages } from '../../../api/use-operation.ts';
import { ConfirmButton } from '../../../components/ConfirmButton.tsx';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { CopyIcon } from '../../../components/MacAddress.tsx';
import { Time } from '../../../components/Time.tsx';
import { manufacturers } from '../../../strings/manufacturers.ts';

const { tokens: words } = manufacturers;

/** The tokens by which a factory reaches its own key orders: made, shown once, revoked. */
export function ManufacturerTokens({ manufacturerId }: { manufacturerId: number }) {
  const params = { manufacturerId };
  const maySee = useCan('listManufacturerTokens');
  const tokens = usePages('listManufacturerTokens', { params }, { enabled: maySee });
  const [creating, { open, close }] = useDisclosure(false);
  const [shown, setShown] = useState<string | null>(null);
  const create = useOperationMutation('createManufacturerToken', { invalidates: ['listManufacturerTokens'] });
  const revoke = useOperationMutation('revokeApiToken', { invalidates: ['listManufacturerTokens'] });
  const form = useOperationForm({ initialValues: { name: '', expiresInDays: 90 as number | string, readOnly: false } });
  if (!maySee) return <Text size="sm">{words.notAllowed}</Text>;
  const columns: Column<ApiToken>[] = [
    { id: 'name', header: words.name, width: 220, fixed: true, cell: (token) => token.name },
    { id: 'prefix', header: words.begins, width: 140, cell: (token) => <code>{token.prefix}…</code> },
    { id: 'state', header: words.state, width: 100, cell: (token) => (token.revokedAt ? words.revoked : words.live) },
    { id: 'expires', header: words.expires, width: 150, cell: (token) => <Time value={token.expiresAt} /> },
    { id: 'used', header: words.lastUsed, width: 140, cell: (token) => <Time value={token.lastUsedAt} relative /> },
    {
      id: 'revoke',
      header: '',
      width: 110,
      align: 'right',
      cell: (token) =>
        token.revokedAt === null && (
          <ConfirmButton
            title={words.revokeTitle(token.name)}
            body={words.revokeBody}
            confirmLabel={words.revoke}
            onConfirm={() => revoke.mutateAsync({ params: { apiTokenId: token.id } })}
          >
            {words.revoke}
          </ConfirmButton>
        ),
    },
  ];
  const button = (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={open}>
      {words.create}
    </Button>
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="dimmed">
          {words.hint}
        </Text>
        {button}
      </Group>
      {shown && (
        <Alert color="iris" variant="light" icon={<IconKey size={18} />} title={words.shown} role="status">
          <Group gap="xs">
            <code style={{ overflowWrap: 'anywhere' }}>{shown}</code>
            <CopyIcon value={shown} />
            <Button size="xs" variant="default" onClick={() => setShown(null)}>
              {words.done}
            </Button>
          </Group>
        </Alert>
      )}
      <DataTable
        name="manufacturer-tokens"
        label={manufacturers.tabs.tokens}
        columns={columns}
        pages={tokens}
        rowKey={(token) => token.id}
        empty={<EmptyState icon={IconKey} title={words.empty} />}
      />
      <FormModal
        opened={creating}
        onClose={close}
        title={words.create}
        form={form}
        onSubmit={async ({ name, expiresInDays, readOnly }) => {
          const body = { name, readOnly, expiresInDays: Number(expiresInDays) };
          setShown((await create.mutateAsync({ params, body })).token);
        }}
      >
        <TextInput
          label={words.name}
          withAsterisk
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <NumberInput
          label={words.days}
          min={1}
          max={MAX_TOKEN_DAYS}
          allowDecimal={false}
          {...form.getInputProps('expiresInDays')}
        />
        <Checkbox label={words.readOnly} {...form.getInputProps('readOnly', { type: 'checkbox' })} />
      </FormModal>
    </Stack>
  );
}
