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
import { useState } from 'react';
import {
  delimiters,
  type ExportProfile,
  exportRows,
  keyEncodings,
  keyFileNames,
  lineEnds,
  MAX_KEYS_PER_FILE,
  manufacturerExportFormats,
} from '../../../../src-shared/contract/export-profile.ts';
import type { Manufacturer } from '../../../../src-shared/contract/manufacturers.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { keyBatches } from '../../../strings/key-batches.ts';
import { manufacturers as words } from '../../../strings/manufacturers.ts';
import { ExportPreview } from '../key-batches/ExportPreview.tsx';
import { ProfileColumns } from './ProfileColumns.tsx';

const { profile: labels } = words;
const options = <T extends string>(values: readonly T[], names: Record<T, string>) =>
  values.map((value) => ({ value, label: names[value] }));

/** Name, contact and the form of the key files, beside how a file begins. */
export function ProfileForm({ manufacturer, readOnly }: { manufacturer: Manufacturer; readOnly: boolean }) {
  const [name, setName] = useState(manufacturer.name);
  const [contact, setContact] = useState(manufacturer.contact);
  const [profile, setProfile] = useState(manufacturer.profile);
  const [previewed] = useDebouncedValue(profile, 300);
  const change = (part: Partial<ExportProfile>) => setProfile((before) => ({ ...before, ...part }));
  const update = useOperationMutation('updateManufacturer', { invalidates: ['getManufacturer', 'listManufacturers'] });
  const table = profile.format !== 'keyfile';
  return (
    <Group align="flex-start" gap="xl" wrap="wrap">
      <form
        style={{ flex: '1 1 420px', minWidth: 0 }}
        onSubmit={(event) => {
          event.preventDefault();
          update.mutate({ params: { manufacturerId: manufacturer.id }, body: { name, contact, profile } });
        }}
      >
        <Paper withBorder p="md" component="fieldset" disabled={readOnly} m={0}>
          <Stack gap="sm">
            <Group grow align="flex-start">
              <TextInput
                label={words.name}
                required
                maxLength={200}
                value={name}
                onChange={(e) => setName(e.currentTarget.value)}
              />
              <TextInput
                label={words.contact}
                maxLength={500}
                value={contact}
                onChange={(e) => setContact(e.currentTarget.value)}
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
            <Checkbox
              label={labels.skipSlashes}
              description={labels.skipSlashesHint}
              checked={profile.skipSlashes}
              onChange={(e) => change({ skipSlashes: e.currentTarget.checked })}
            />
            {update.isError && <ErrorState error={update.error} />}
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
      <ExportPreview profile={previewed} keyBatchId={null} />
    </Group>
  );
}
