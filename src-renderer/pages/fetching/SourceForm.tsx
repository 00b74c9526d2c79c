import { Alert, Checkbox, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  fetcherRoutes,
  type ReportSource,
  type ReportSourceKind,
  reportSourceKinds,
} from '../../../src-shared/contract/fetcher.ts';
import { isUnsafeBatch, isUnsafeInterval } from '../../../src-shared/domain/fetch-safety.ts';
import type { AppleLogin } from '../../../src-shared/domain/find-my/auth-file.ts';
import { api } from '../../api/client.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { checkedBy, numberOf } from '../../components/editing/check-form.ts';
import type { Sending } from '../../components/editing/use-editing.ts';
import { FormModal, useOperationForm } from '../../components/FormModal.tsx';
import { fetcher } from '../../strings/fetcher.ts';
import { Credentials } from './Credentials.tsx';
import { HowItAnswers, LEARNED } from './HowItAnswers.tsx';

const { form: words, kinds, kindHints } = fetcher;

/** Where each kind is usually found, and how gently it is asked to begin with. */
const defaults: Record<ReportSourceKind, { url: string; minIntervalSeconds: number; maxBatchSize: number }> = {
  'apple-older': {
    url: 'https://gateway.icloud.com/acsnservice/fetch',
    minIntervalSeconds: 900,
    maxBatchSize: 64,
  },
  'apple-newer': {
    url: 'https://gateway.icloud.com/findmyservice/v2/fetch',
    minIntervalSeconds: 900,
    maxBatchSize: 64,
  },
  haystack: { url: 'http://127.0.0.1:6176/', minIntervalSeconds: 30, maxBatchSize: 1 },
};

interface Props {
  opened: boolean;
  onClose: () => void;
  source?: ReportSource;
}

const valuesOf = (source?: ReportSource) => {
  const kind: ReportSourceKind = source?.kind ?? 'apple-newer';
  return {
    name: source?.name ?? '',
    kind,
    url: source?.url ?? defaults[kind].url,
    anisetteUrl: source ? (source.anisetteUrl ?? '') : 'http://127.0.0.1:6969',
    minIntervalSeconds: (source?.minIntervalSeconds ?? defaults[kind].minIntervalSeconds) as number | string,
    maxBatchSize: (source?.maxBatchSize ?? defaults[kind].maxBatchSize) as number | string,
    enabled: source?.enabled ?? true,
    dates: textOf(source?.assumed.honoursDates),
    entries: source?.assumed.entries ?? LEARNED,
    reachDays: (source?.assumed.reachDays ?? '') as number | string,
    loginFile: source?.loginFile ?? '',
    loginDays: (source?.loginDays ?? '') as number | string,
    username: '',
    password: '',
    removeCredentials: false,
    // Holds no login: what the server says about one is shown at this name.
    credentials: null,
  };
};
type Values = ReturnType<typeof valuesOf>;
const bodyOf = (values: Values) => ({
  name: values.name,
  url: values.url.trim(),
  anisetteUrl: values.kind === 'haystack' || values.anisetteUrl.trim() === '' ? null : values.anisetteUrl.trim(),
  enabled: values.enabled,
  minIntervalSeconds: numberOf(values.minIntervalSeconds),
  maxBatchSize: numberOf(values.maxBatchSize),
  assumed: {
    honoursDates: values.dates === LEARNED ? null : values.dates === 'yes',
    entries: values.entries === LEARNED ? null : (values.entries as 'all' | 'first'),
    reachDays: values.reachDays === '' ? null : Number(values.reachDays),
  },
  loginFile: values.kind === 'haystack' || values.loginFile.trim() === '' ? null : values.loginFile.trim(),
  loginDays: values.loginDays === '' ? null : Number(values.loginDays),
});
const labels = {
  name: words.name,
  url: words.url,
  anisetteUrl: words.anisette,
  enabled: words.enabled,
  minIntervalSeconds: words.interval,
  maxBatchSize: words.batch,
  dates: words.dates,
  entries: words.entries,
  reachDays: words.reach,
  loginFile: words.loginFile,
  loginDays: words.loginDays,
};

/** Adds or edits a report source. Logins go in and never come out. */
export function SourceForm({ opened, onClose, source }: Props) {
  const invalidates = ['getFetcher', 'listReportSources'] as const;
  const create = useOperationMutation('createReportSource', { invalidates });
  const update = useOperationMutation('updateReportSource', { invalidates });
  const [login, setLogin] = useState<AppleLogin | null>(null);
  const form = useOperationForm({
    initialValues: valuesOf(source),
    validate: checkedBy(
      source ? fetcherRoutes.updateReportSource : fetcherRoutes.createReportSource,
      (values) => ({ ...bodyOf(values), kind: values.kind }),
      {
        name: words.errors.name,
        minIntervalSeconds: words.errors.interval,
        maxBatchSize: words.errors.batch,
        reachDays: words.errors.reach,
        loginDays: words.errors.loginDays,
      },
    ),
  });
  const { kind, url, anisetteUrl, minIntervalSeconds, maxBatchSize } = form.values;
  const moved = source && (url.trim() !== source.url || anisetteUrl.trim() !== (source.anisetteUrl ?? ''));

  const choose = (next: ReportSourceKind) => {
    // What is still as it was proposed follows the kind; what the person typed stays.
    const before = defaults[kind];
    const after = defaults[next];
    form.setFieldValue('kind', next);
    if (form.values.url === before.url) form.setFieldValue('url', after.url);
    if (minIntervalSeconds === before.minIntervalSeconds)
      form.setFieldValue('minIntervalSeconds', after.minIntervalSeconds);
    if (maxBatchSize === before.maxBatchSize) form.setFieldValue('maxBatchSize', after.maxBatchSize);
  };

  const submit = async (values: Values, { version, changed }: Sending<Values>) => {
    const basic = values.username !== '' ? { username: values.username, password: values.password } : null;
    const credentials = values.kind === 'haystack' ? basic : login;
    // The file is named anew with other addresses: its login goes there from now on.
    const file = moved && values.loginFile.trim() !== '' ? { loginFile: values.loginFile.trim() } : {};
    const given = credentials ? { credentials } : values.removeCredentials ? { credentials: null } : {};
    const saved = source
      ? await update.mutateAsync({
          params: { reportSourceId: source.id },
          body: { ...changed(bodyOf), ...file, ...given },
          version,
        })
      : await create.mutateAsync({ body: { ...bodyOf(values), kind: values.kind, credentials } });
    setLogin(null);
    return saved;
  };

  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={source ? words.editTitle(source.name) : words.addTitle}
      {...(source ? {} : { submitLabel: words.submit })}
      size="lg"
      form={form}
      editing={
        source && {
          record: source,
          read: () => api.getReportSource({ params: { reportSourceId: source.id } }),
          values: valuesOf,
          labels,
        }
      }
      also={login !== null}
      onSubmit={submit}
    >
      <TextInput label={words.name} withAsterisk maxLength={200} data-autofocus {...form.getInputProps('name')} />
      <Select
        label={words.kind}
        description={source ? words.kindFixed : kindHints[kind]}
        allowDeselect={false}
        disabled={source !== undefined}
        data={reportSourceKinds.map((each) => ({ value: each, label: kinds[each] }))}
        value={kind}
        onChange={(next) => next && choose(next as ReportSourceKind)}
      />
      <TextInput
        label={words.url}
        description={words.urlHint}
        withAsterisk
        inputMode="url"
        {...form.getInputProps('url')}
      />
      {kind !== 'haystack' && (
        <TextInput
          label={words.anisette}
          description={words.anisetteHint}
          inputMode="url"
          {...form.getInputProps('anisetteUrl')}
        />
      )}
      <Credentials
        form={form}
        stored={source?.hasCredentials ?? false}
        moved={moved ?? false}
        login={login}
        onLogin={setLogin}
      />
      <Group grow align="flex-start">
        <NumberInput
          label={words.interval}
          allowDecimal={false}
          clampBehavior="none"
          thousandSeparator=","
          {...form.getInputProps('minIntervalSeconds')}
        />
        <NumberInput
          label={words.batch}
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps('maxBatchSize')}
        />
      </Group>
      {minIntervalSeconds !== '' && isUnsafeInterval(kind, Number(minIntervalSeconds)) && (
        <Alert color="yellow" role="status">
          {words.warnInterval(Number(minIntervalSeconds))}
        </Alert>
      )}
      {isUnsafeBatch(kind, Number(maxBatchSize)) && (
        <Alert color="yellow" role="status">
          {words.warnBatch}
        </Alert>
      )}
      <HowItAnswers form={form} newer={kind === 'apple-newer'} />
      <Checkbox label={words.enabled} {...form.getInputProps('enabled', { type: 'checkbox' })} />
    </FormModal>
  );
}

const textOf = (set: boolean | null | undefined) => (set === true ? 'yes' : set === false ? 'no' : LEARNED);
