import { Button, Group, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { common } from '../strings/common.ts';
import { ErrorState } from './ErrorState.tsx';
import { checkedBy, type FieldWords, type JsonRoute } from './editing/check-form.ts';
import { OvertakenNotice } from './editing/OvertakenNotice.tsx';
import { useEditing } from './editing/use-editing.ts';
import { applyFieldErrors, useOperationForm } from './FormModal.tsx';

type Values = Record<string, unknown>;

interface Props<T extends Values, R extends { version: number }, B extends object> {
  /** What is stored. A newer one shows, unless the person is in the middle of a change. */
  settings: R;
  /** Reads it again, when another has changed it meanwhile. */
  read: () => Promise<R>;
  valuesOf: (settings: R) => T;
  bodyOf: (values: T) => B;
  labels: { readonly [K in keyof NoInfer<T> & string]?: string };
  /** What a field says of the settings where its value would say nothing to a person. */
  words?: (settings: R) => { readonly [K in keyof NoInfer<T> & string]?: string };
  /** The route that takes them, from its own contract file, and what its errors say where that should say more. */
  route: JsonRoute;
  errors?: FieldWords<NoInfer<T>>;
  /** Stores what was changed; what is known of the settings afterwards. */
  save: (body: Partial<B>, version: number) => Promise<Partial<R>>;
  /** What is said when it is done. */
  saved: string;
  /** Shown to people who may not change them. */
  readOnly?: boolean;
  /** Of people who may not change them, what they are told. */
  readOnlyNote?: ReactNode;
  children: (form: UseFormReturnType<T>) => ReactNode;
}

/** Settings on a page: only what was changed is sent, with the version that was seen, and errors stand at their fields. */
export function SettingsForm<T extends Values, R extends { version: number }, B extends object>(props: Props<T, R, B>) {
  const { settings, read, valuesOf, bodyOf, labels, words, save, readOnly = false } = props;
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const form = useOperationForm<T>({
    initialValues: valuesOf(settings),
    validate: checkedBy(props.route, bodyOf, props.errors),
  });
  const editing = useEditing<T, R>(form, {
    record: settings,
    read,
    values: valuesOf,
    labels,
    ...(words ? { words } : {}),
    stays: true,
  });
  const submit = async (values: T) => {
    setSending(true);
    setFailure(null);
    try {
      const done = await editing.send(values, async (_values, { version, changed }) => ({
        ...settings,
        ...(await save(changed(bodyOf), version)),
      }));
      if (done) notifications.show({ message: props.saved });
    } catch (error) {
      if (!applyFieldErrors(form, error)) setFailure(error);
    } finally {
      setSending(false);
    }
  };
  const dirty = form.isDirty();
  return (
    <form onSubmit={form.onSubmit((values) => void submit(values as T))}>
      <fieldset disabled={readOnly} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="sm">
          {editing.overtaken && <OvertakenNotice overtaken={editing.overtaken} form={form} labels={labels} />}
          {props.children(form)}
          {failure !== null && <ErrorState error={failure} title={common.notDone} />}
          {!readOnly && (
            <Group gap="xs">
              <Button type="submit" loading={sending} disabled={!dirty}>
                {common.save}
              </Button>
              {dirty && (
                <Button variant="default" onClick={() => form.reset()}>
                  {common.cancel}
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </fieldset>
      {readOnly && props.readOnlyNote}
    </form>
  );
}
