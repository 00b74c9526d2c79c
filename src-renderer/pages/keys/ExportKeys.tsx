import { Alert, Button, Checkbox, PasswordInput, SegmentedControl, Select, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconFileExport } from '@tabler/icons-react';
import { type PrivateKeyFormat, privateKeyFormats } from '../../../src-shared/contract/private-key-exports.ts';
import { useCan } from '../../api/session.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { useOperationForm } from '../../components/FormModal.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ReferenceSelect } from '../../components/ReferenceSelect.tsx';
import { keyProtection } from '../../strings/key-protection.ts';
import { checkExport, emptyExport, requestOf, type ScopeKind, scopeKinds } from './export-form.ts';
import { PasswordModal } from './PasswordModal.tsx';
import { saveTicket } from './save-ticket.ts';

const { export: words } = keyProtection;

/** The one way by which private keys leave: asked for here, streamed from the core straight into a file. */
export function ExportKeys({ ready }: { ready: boolean }) {
  const allowed = useCan('preparePrivateKeyExport');
  const [opened, { open, close }] = useDisclosure(false);
  const prepare = useOperationMutation('preparePrivateKeyExport');
  const batches = useOperation('listKeyBatches', { query: { limit: 500 } }, { enabled: opened });
  const form = useOperationForm({ initialValues: emptyExport, validate: checkExport });
  const { scope, encrypt } = form.values;
  return (
    <Panel title={words.title}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm" c="dimmed">
          {words.hint} {words.recorded}
        </Text>
        {allowed ? (
          <Button
            variant="default"
            disabled={!ready}
            leftSection={<IconFileExport size={15} aria-hidden />}
            onClick={open}
          >
            {words.button}
          </Button>
        ) : (
          <Text size="sm">{words.onlyAdmin}</Text>
        )}
        {allowed && !ready && <Text size="sm">{keyProtection.change.needsKeys}</Text>}
      </Stack>
      <PasswordModal
        opened={opened}
        onClose={close}
        title={words.modal}
        submitLabel={words.submit}
        form={form}
        onSubmit={async (values) => {
          const ticket = await prepare.mutateAsync({ body: requestOf(values) });
          if (await saveTicket(ticket)) notifications.show({ message: words.done(ticket.keyCount) });
        }}
      >
        <SegmentedControl
          fullWidth
          aria-label={words.which}
          value={scope}
          onChange={(kind) => form.setFieldValue('scope', kind as ScopeKind)}
          data={scopeKinds.map((kind) => ({ value: kind, label: words.scopes[kind] }))}
        />
        {scope === 'key-batch' && (
          <Select
            label={words.batch}
            placeholder={words.choose}
            searchable
            data={(batches.data?.items ?? []).map(({ id, label }) => ({
              value: String(id),
              label: `${label} (${id})`,
            }))}
            value={form.values.keyBatchId === null ? null : String(form.values.keyBatchId)}
            onChange={(id) => form.setFieldValue('keyBatchId', id === null ? null : Number(id))}
            error={form.errors.keyBatchId}
          />
        )}
        {scope === 'production-run' && (
          <ReferenceSelect
            kind="productionRun"
            label={words.run}
            placeholder={words.choose}
            value={form.values.productionRunId}
            onChange={(id) => form.setFieldValue('productionRunId', id)}
            error={form.errors.productionRunId}
          />
        )}
        {scope === 'trackers' && (
          <Textarea
            label={words.macs}
            description={words.macsHint}
            autosize
            minRows={3}
            maxRows={8}
            spellCheck={false}
            {...form.getInputProps('macAddresses')}
          />
        )}
        <Select
          label={words.format}
          allowDeselect={false}
          data={privateKeyFormats.map((format) => ({ value: format, label: words.formats[format] }))}
          value={form.values.format}
          onChange={(format) => format && form.setFieldValue('format', format as PrivateKeyFormat)}
        />
        <Checkbox
          label={words.encrypt}
          description={words.encryptHint}
          {...form.getInputProps('encrypt', { type: 'checkbox' })}
        />
        {encrypt ? (
          <>
            <PasswordInput
              label={words.passphrase}
              autoComplete="new-password"
              required
              {...form.getInputProps('passphrase')}
            />
            <PasswordInput label={words.again} autoComplete="new-password" required {...form.getInputProps('again')} />
          </>
        ) : (
          <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={words.plainTitle}>
            <Stack gap="xs">
              <Text size="sm">{words.plainBody}</Text>
              <Checkbox label={words.understood} {...form.getInputProps('understood', { type: 'checkbox' })} />
            </Stack>
          </Alert>
        )}
      </PasswordModal>
    </Panel>
  );
}
