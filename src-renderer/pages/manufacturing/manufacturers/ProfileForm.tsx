import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  Paper,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import {
  delimiters,
  type ExportProfile,
  exportRows,
  keyEncodings,
  keyFileNames,
  labelKeys,
  lineEnds,
  MAX_KEYS_PER_FILE,
  manufacturerExportFormats,
} from '../../../../src-shared/contract/export-profile.ts';
import type { Manufacturer } from '../../../../src-shared/contract/manufacturers.ts';
import { api, isOvertaken } from '../../../api/client.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { OvertakenNotice } from '../../../components/editing/OvertakenNotice.tsx';
import { useEditing } from '../../../components/editing/use-editing.ts';
import { FirmwareSelect } from '../../../components/FirmwareSelect.tsx';
import { useOperationForm } from '../../../components/FormModal.tsx';
import { keyBatches } from '../../../strings/key-batches.ts';
import { manufacturers as words } from '../../../strings/manufacturers.ts';
import { ExportPreview } from '../key-batches/ExportPreview.tsx';
import { ProfileColumns } from './ProfileColumns.tsx';

const { profile: labels } = words;
const options = <T extends string>(values: readonly T[], names: Record<T, string>) =>
  values.map((value) => ({ value, label: names[value] }));

/** The profile's fields stand beside the others, so that two people may change different ones. */
type Values = Pick<Manufacturer, 'name' | 'contact' | 'macIdentifier'> & ExportProfile & Record<string, unknown>;
const valuesOf = ({ name, contact, macIdentifier, profile }: Manufacturer): Values => ({
  name,
  contact,
  macIdentifier,
  ...profile,
});
const bodyOf = ({ name, contact, macIdentifier, ...profile }: Values) => ({
  name,
  contact,
  macIdentifier,
  profile: profile as ExportProfile,
});
const fieldLabels = {
  name: words.name,
  contact: words.contact,
  format: words.format,
  keyEncoding: labels.keyEncoding,
  serialPrefix: labels.serialPrefix,
  delimiter: labels.delimiter,
  lineEnd: labels.lineEnd,
  byteOrderMark: labels.byteOrderMark,
  labelKey: labels.labelKey,
  keysPerFile: labels.keysPerFile,
  filePrefix: labels.filePrefix,
  fileNames: labels.fileNames,
  esp32Images: labels.esp32Images,
  skipSlashes: labels.skipSlashes,
  macIdentifier: labels.macIdentifier,
};

/** Name, contact and the form of the key files, beside how a file begins. */
export function ProfileForm({ manufacturer, readOnly }: { manufacturer: Manufacturer; readOnly: boolean }) {
  const form = useOperationForm<Values>({ initialValues: valuesOf(manufacturer) });
  const { name, contact, macIdentifier, ...profile } = form.values;
  const [previewed] = useDebouncedValue(form.values, 300);
  const change = (part: Partial<Values>) => form.setValues(part);
  const update = useOperationMutation('updateManufacturer', { invalidates: ['getManufacturer', 'listManufacturers'] });
  const params = { manufacturerId: manufacturer.id };
  const editing = useEditing(form, {
    record: manufacturer,
    read: () => api.getManufacturer({ params }),
    values: valuesOf,
    labels: fieldLabels,
    stays: true,
  });
  const submit = (values: Values) =>
    editing
      .send(values, (_values, { version, changed }) => update.mutateAsync({ params, body: changed(bodyOf), version }))
      // Shown below, as the mutation's error.
      .catch(() => undefined);
  const table = profile.format !== 'keyfile';
  return (
    <Group align="flex-start" gap="xl" wrap="wrap">
      <form style={{ flex: '1 1 420px', minWidth: 0 }} onSubmit={form.onSubmit((values) => void submit(values))}>
        <Paper withBorder p="md" component="fieldset" disabled={readOnly} m={0}>
          <Stack gap="sm">
            {editing.overtaken && <OvertakenNotice overtaken={editing.overtaken} form={form} labels={fieldLabels} />}
            <Group grow align="flex-start">
              <TextInput
                label={words.name}
                required
                maxLength={200}
                value={name}
                onChange={(e) => change({ name: e.currentTarget.value })}
              />
              <TextInput
                label={words.contact}
                maxLength={500}
                value={contact}
                onChange={(e) => change({ contact: e.currentTarget.value })}
              />
            </Group>
            <div>
              <Text size="sm" fw={500} mb={4}>
                {words.format}
              </Text>
              <SegmentedControl
                aria-label={words.format}
                data={options(manufacturerExportFormats, keyBatches.export.formats)}
                value={profile.format}
                onChange={(format) => change({ format: format as ExportProfile['format'] })}
              />
            </div>
            {table ? (
              <>
                <ProfileColumns
                  columns={profile.columns}
                  snakeCase={profile.format === 'csv'}
                  onChange={(columns) => change({ columns })}
                />
                <Group grow align="flex-start">
                  <Select
                    label={labels.keyEncoding}
                    allowDeselect={false}
                    data={options(keyEncodings, labels.encodings)}
                    value={profile.keyEncoding}
                    onChange={(value) => value && change({ keyEncoding: value as ExportProfile['keyEncoding'] })}
                  />
                  <TextInput
                    label={labels.serialPrefix}
                    maxLength={12}
                    value={profile.serialPrefix}
                    onChange={(e) => change({ serialPrefix: e.currentTarget.value.toUpperCase() })}
                  />
                </Group>
                <Text size="xs" c="dimmed">
                  {labels.serialPrefixHint}
                </Text>
                <Select
                  label={labels.rows}
                  allowDeselect={false}
                  data={options(exportRows, labels.rowKinds)}
                  value={profile.rows}
                  onChange={(value) => value && change({ rows: value as ExportProfile['rows'] })}
                />
                {profile.format === 'csv' && (
                  <>
                    <Group grow align="flex-start">
                      <Select
                        label={labels.delimiter}
                        allowDeselect={false}
                        data={options(delimiters, labels.delimiters)}
                        value={profile.delimiter}
                        onChange={(value) => value && change({ delimiter: value as ExportProfile['delimiter'] })}
                      />
                      <Select
                        label={labels.lineEnd}
                        allowDeselect={false}
                        data={options(lineEnds, labels.lineEnds)}
                        value={profile.lineEnd}
                        onChange={(value) => value && change({ lineEnd: value as ExportProfile['lineEnd'] })}
                      />
                    </Group>
                    <Checkbox
                      label={labels.byteOrderMark}
                      checked={profile.byteOrderMark}
                      onChange={(e) => change({ byteOrderMark: e.currentTarget.checked })}
                    />
                  </>
                )}
              </>
            ) : (
              <>
                <Group grow align="flex-start">
                  <NumberInput
                    label={labels.keysPerFile}
                    description={labels.keysPerFileHint(MAX_KEYS_PER_FILE)}
                    min={1}
                    max={MAX_KEYS_PER_FILE}
                    allowDecimal={false}
                    value={profile.keysPerFile}
                    onChange={(value) => change({ keysPerFile: Number(value) || 1 })}
                  />
                  <TextInput
                    label={labels.filePrefix}
                    description=" "
                    maxLength={20}
                    value={profile.filePrefix}
                    onChange={(e) => change({ filePrefix: e.currentTarget.value })}
                  />
                </Group>
                <Select
                  label={labels.fileNames}
                  allowDeselect={false}
                  data={options(keyFileNames, labels.names)}
                  value={profile.fileNames}
                  onChange={(value) => value && change({ fileNames: value as ExportProfile['fileNames'] })}
                />
                <Checkbox
                  label={labels.esp32Images}
                  checked={profile.esp32Images}
                  onChange={(e) => change({ esp32Images: e.currentTarget.checked })}
                />
              </>
            )}
            <Select
              label={labels.labelKey}
              allowDeselect={false}
              data={options(labelKeys, labels.labelKeys)}
              value={profile.labelKey}
              onChange={(value) => value && change({ labelKey: value as ExportProfile['labelKey'] })}
            />
            <FirmwareSelect value={profile.firmware} onChange={(firmware) => change({ firmware })} />
            <Checkbox
              label={labels.skipSlashes}
              description={labels.skipSlashesHint}
              checked={profile.skipSlashes}
              onChange={(e) => change({ skipSlashes: e.currentTarget.checked })}
            />
            {update.isError && !isOvertaken(update.error) && <ErrorState error={update.error} />}
            {!readOnly && (
              <Group>
                <Button type="submit" loading={update.isPending}>
                  {words.save}
                </Button>
                {update.isSuccess && (
                  <Text size="sm" role="status">
                    {words.saved}
                  </Text>
                )}
              </Group>
            )}
          </Stack>
        </Paper>
      </form>
      <ExportPreview profile={bodyOf(previewed).profile} keyBatchId={null} />
    </Group>
  );
}
