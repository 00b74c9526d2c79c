import { Alert, NumberInput, Text } from '@mantine/core';
import { type FetcherState, fetcherRoutes } from '../../../src-shared/contract/fetcher.ts';
import { isUnsafeInterval } from '../../../src-shared/domain/fetch-safety.ts';
import { api } from '../../api/client.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { Panel } from '../../components/Panel.tsx';
import { SettingsForm } from '../../components/SettingsForm.tsx';
import { fetcher } from '../../strings/fetcher.ts';
import classes from './FetcherPage.module.css';
import { fromTyped, scheduleFields, type Typed, toTyped } from './schedule-fields.ts';

const { settings: words } = fetcher;
const errors = Object.fromEntries(scheduleFields.map(({ key, error }) => [key, error]));
const labels = Object.fromEntries(scheduleFields.map(({ key, label }) => [key, label]));

/** The schedule's settings; in force at once, without a restart. */
export function ScheduleForm({ state: { settings, sources } }: { state: FetcherState }) {
  const mayEdit = useCan('updateFetcherSettings');
  const update = useOperationMutation('updateFetcherSettings', { invalidates: ['getFetcher'] });
  const warns = ({ fetchIntervalMinutes }: Typed) =>
    sources.some((source) => source.enabled && isUnsafeInterval(source.kind, Number(fetchIntervalMinutes) * 60));
  return (
    <Panel anchor="schedule" title={words.title}>
      <SettingsForm
        settings={settings}
        read={() => api.getFetcherSettings()}
        valuesOf={toTyped}
        bodyOf={fromTyped}
        labels={labels}
        route={fetcherRoutes.updateFetcherSettings}
        errors={errors}
        save={(body, version) => update.mutateAsync({ body, version })}
        saved={words.saved}
        readOnly={!mayEdit}
        readOnlyNote={
          <Text size="sm" c="dimmed" mt="sm">
            {words.readOnly}
          </Text>
        }
      >
        {(form) => (
          <>
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
                  clampBehavior="none"
                  min={0}
                  {...form.getInputProps(key)}
                />
              ))}
            </div>
            {warns(form.values) && (
              <Alert color="yellow" role="status">
                {words.warnInterval}
              </Alert>
            )}
          </>
        )}
      </SettingsForm>
    </Panel>
  );
}
