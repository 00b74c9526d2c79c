import { Alert, Button, Group, NumberInput, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import type { FetcherState } from '../../../src-shared/contract/fetcher.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { applyFieldErrors, useOperationForm } from '../../components/FormModal.tsx';
import { Panel } from '../../components/Panel.tsx';
import { common } from '../../strings/common.ts';
import { fetcher } from '../../strings/fetcher.ts';
import classes from './FetcherPage.module.css';
import { isUnsafeInterval } from './safe-interval.ts';

const { settings: words } = fetcher;
const inRange = (typed: number | string, least: number, most: number) =>
  typed !== '' && Number(typed) >= least && Number(typed) <= most;

/** The schedule's settings; in force at once, without a restart. */
export function ScheduleForm({ state }: { state: FetcherState }) {
  const mayEdit = useCan('updateFetcherSettings');
  const { settings, sources } = state;
  const [failure, setFailure] = useState<unknown>(null);
  const update = useOperationMutation('updateFetcherSettings', { invalidates: ['getFetcher'] });
  const form = useOperationForm<Record<keyof typeof settings, number | string>>({
    initialValues: settings,
    validate: {
      fetchIntervalMinutes: (typed) => (inRange(typed, 0.05, 1440) ? null : words.errors.interval),
      maxBackoffHours: (typed) => (inRange(typed, 0.1, 168) ? null : words.errors.backoff),
      maxReportAgeDays: (typed) => (inRange(typed, 0.1, 7) ? null : words.errors.age),
      batchSize: (typed) => (inRange(typed, 1, 290) && Number.isInteger(Number(typed)) ? null : words.errors.batch),
    },
  });
  // Somebody else's change shows, unless this person is in the middle of one.
  const adopt = useRef(form);
  adopt.current = form;
  const text = JSON.stringify(settings);
  useEffect(() => {
    if (adopt.current.isDirty()) return;
    const next = JSON.parse(text) as typeof settings;
    adopt.current.setInitialValues(next);
    adopt.current.setValues(next);
  }, [text]);

  const seconds = Number(form.values.fetchIntervalMinutes) * 60;
  const warns = sources.some((source) => source.enabled && isUnsafeInterval(source.kind, seconds));
  const submit = async (values: typeof form.values) => {
    setFailure(null);
    try {
      const body = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)]));
      const saved = await update.mutateAsync({ body });
      form.setInitialValues(saved);
      form.setValues(saved);
      notifications.show({ message: words.saved });
    } catch (error) {
      if (!applyFieldErrors(form, error)) setFailure(error);
    }
  };
  const shared = { disabled: !mayEdit, clampBehavior: 'none' as const, min: 0 };
  return (
    <Panel title={words.title}>
      <form onSubmit={form.onSubmit((values) => void submit(values))}>
        <div className={classes.settings}>
          <NumberInput
            label={words.interval}
            suffix={` ${words.minutes}`}
            {...shared}
            {...form.getInputProps('fetchIntervalMinutes')}
          />
          <NumberInput
            label={words.backoff}
            suffix={` ${words.hours}`}
            {...shared}
            {...form.getInputProps('maxBackoffHours')}
          />
          <NumberInput
            label={words.age}
            suffix={` ${words.days}`}
            {...shared}
            {...form.getInputProps('maxReportAgeDays')}
          />
          <NumberInput label={words.batch} allowDecimal={false} {...shared} {...form.getInputProps('batchSize')} />
        </div>
        {warns && (
          <Alert color="yellow" mt="sm" role="status">
            {words.warnInterval}
          </Alert>
        )}
        {failure !== null && <ErrorState error={failure} />}
        {mayEdit ? (
          <Group mt="sm" gap="xs">
            <Button type="submit" loading={update.isPending} disabled={!form.isDirty()}>
              {common.save}
            </Button>
            {form.isDirty() && (
              <Button variant="default" onClick={() => form.reset()}>
                {common.cancel}
              </Button>
            )}
          </Group>
        ) : (
          <Text size="sm" c="dimmed" mt="sm">
            {words.readOnly}
          </Text>
        )}
      </form>
    </Panel>
  );
}
