import { Alert, Button, Group, NumberInput, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { type FetcherState, fetcherRoutes } from '../../../src-shared/contract/fetcher.ts';
import { isUnsafeInterval } from '../../../src-shared/domain/fetch-safety.ts';
import { api } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { checkedBy } from '../../components/editing/check-form.ts';
import { OvertakenNotice } from '../../components/editing/OvertakenNotice.tsx';
import { useEditing } from '../../components/editing/use-editing.ts';
import { applyFieldErrors, useOperationForm } from '../../components/FormModal.tsx';
import { Panel } from '../../components/Panel.tsx';
import { common } from '../../strings/common.ts';
import { fetcher } from '../../strings/fetcher.ts';
import classes from './FetcherPage.module.css';
import { fromTyped, scheduleFields, type Typed, toTyped } from './schedule-fields.ts';

const { settings: words } = fetcher;
const errors = Object.fromEntries(scheduleFields.map(({ key, error }) => [key, error]));
const labels = Object.fromEntries(scheduleFields.map(({ key, label }) => [key, label]));

/** The schedule's settings; in force at once, without a restart. */
export function ScheduleForm({ state }: { state: FetcherState }) {
  const mayEdit = useCan('updateFetcherSettings');
  const { settings, sources } = state;
  const [failure, setFailure] = useState<unknown>(null);
  const update = useOperationMutation('updateFetcherSettings', { invalidates: ['getFetcher'] });
  const form = useOperationForm<Typed>({
    initialValues: toTyped(settings),
    validate: checkedBy(fetcherRoutes.updateFetcherSettings, fromTyped, errors),
  });
  const editing = useEditing(form, {
    record: settings,
    read: () => api.getFetcherSettings(),
    values: toTyped,
    labels,
    stays: true,
  });

  const seconds = Number(form.values.fetchIntervalMinutes) * 60;
  const warns = sources.some((source) => source.enabled && isUnsafeInterval(source.kind, seconds));
  const submit = async (values: typeof form.values) => {
    setFailure(null);
    try {
      await editing.send(values, async (_values, { version, changed }) => {
        const saved = await update.mutateAsync({ body: changed(fromTyped), version });
        notifications.show({ message: words.saved });
        return saved;
      });
    } catch (error) {
      if (!applyFieldErrors(form, error)) setFailure(error);
    }
  };
  const shared = { disabled: !mayEdit, clampBehavior: 'none' as const, min: 0 };
  return (
    <Panel anchor="schedule" title={words.title}>
      <form onSubmit={form.onSubmit((values) => void submit(values))}>
        {editing.overtaken && <OvertakenNotice overtaken={editing.overtaken} form={form} labels={labels} />}
        <div className={classes.settings}>
          {scheduleFields.map(({ key, label, unit, hint, whole, optional }) => (
            <NumberInput
              key={key}
              label={label}
              {...(unit ? { suffix: ` ${unit}` } : {})}
              {...(hint ? { description: hint } : {})}
              {...(optional ? { placeholder: words.keepAll } : {})}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              allowDecimal={!whole}
              thousandSeparator=","
              {...shared}
              {...form.getInputProps(key)}
            />
          ))}
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
