import { Button, Group, Modal, Stack } from '@mantine/core';
import { type UseFormInput, type UseFormReturnType, useForm } from '@mantine/form';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../src-shared/contract/api-client.ts';
import { draftKey, draftOf, forgetDraft, keepDraft } from '../stores/form-drafts.ts';
import { common } from '../strings/common.ts';
import { ErrorState } from './ErrorState.tsx';
import { OvertakenNotice } from './editing/OvertakenNotice.tsx';
import { type Edited, type Sending, useEditing } from './editing/use-editing.ts';
import { LeaveGuard } from './LeaveGuard.tsx';

type Values = Record<string, unknown>;

/** `useForm` of Mantine with the console's habits: errors clear as the field is mended. */
export function useOperationForm<T extends Values>(input: UseFormInput<T>): UseFormReturnType<T> {
  return useForm<T>({ mode: 'controlled', clearInputErrorOnChange: true, ...input });
}

/**
 * Puts the field errors of a problem document beside their fields.
 * @returns whether at least one error belongs to a field of the form; if not, show the sentence of the problem
 */
export function applyFieldErrors<T extends Values>(form: UseFormReturnType<T>, error: unknown): boolean {
  if (!(error instanceof ApiError) || !error.problem.fields) return false;
  const known = Object.keys(form.getValues());
  const errors: Record<string, string> = {};
  for (const { path, message } of error.problem.fields) {
    const field = path.replace(/^\/?(body[./])?/, '').replaceAll('/', '.');
    const [outer = '', ...inner] = field.split('.');
    if (known.includes(outer)) errors[field] = message;
    else if (inner.length > 0 && known.includes(inner.at(-1)!)) errors[inner.at(-1)!] = message;
  }
  form.setErrors(errors);
  return Object.keys(errors).length > 0;
}

interface Props<T extends Values, R extends { version: number }> {
  opened: boolean;
  onClose: () => void;
  title: string;
  form: UseFormReturnType<T>;
  /** The record that the form edits; none for a new one. */
  editing?: Edited<T, R> | undefined;
  /** Something outside the form's values is to be sent as well. */
  also?: boolean;
  /** Sends the form; throw (or let `mutateAsync` throw) to keep it open with the server's words. */
  onSubmit: (values: T, sending: Sending<T>) => Promise<unknown>;
  submitLabel?: string;
  size?: string | number;
  children: ReactNode;
}

/** Gives a form back what was typed into it before it was left, and keeps that when it is left again. */
function useDraft<T extends Values>(title: string, form: UseFormReturnType<T>): void {
  const latest = useRef(form);
  latest.current = form;
  const [initial] = useState(() => form.getInitialValues());
  const key = draftKey(title, initial);
  useEffect(() => {
    const draft = draftOf(key);
    if (draft) latest.current.setValues(draft as Partial<T>);
    return () => {
      if (latest.current.isDirty()) keepDraft(key, latest.current.getValues(), initial);
      else forgetDraft(key);
    };
  }, [key, initial]);
}

/**
 * A form in a dialog. What was typed stays when sending fails, the dialog is closed or the page is left, until it
 * succeeds; secrets only while the dialog's page is there.
 */
export function FormModal<T extends Values, R extends { version: number } = never>({
  opened,
  onClose,
  title,
  form,
  editing: edited,
  also = false,
  onSubmit,
  submitLabel = common.save,
  size = 'md',
  children,
}: Props<T, R>) {
  useDraft(title, form);
  const editing = useEditing(form, edited);
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const element = useRef<HTMLFormElement>(null);
  const [refusals, setRefusals] = useState(0);
  const focusWrong = () => setRefusals((count) => count + 1);
  // Once the errors are on screen, the first field that has one.
  useEffect(() => {
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);

  const submit = async (values: T) => {
    setSending(true);
    setFailure(null);
    try {
      if (!(await editing.send(values, onSubmit, also))) return;
      form.reset();
      onClose();
    } catch (error) {
      if (applyFieldErrors(form, error)) focusWrong();
      else setFailure(error);
    } finally {
      setSending(false);
    }
  };

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <LeaveGuard active={opened && !sending && form.isDirty()} />
      <form ref={element} onSubmit={form.onSubmit((values) => void submit(values as T), focusWrong)} noValidate={false}>
        <Stack gap="sm">
          {editing.overtaken && (
            <OvertakenNotice overtaken={editing.overtaken} form={form} labels={edited?.labels ?? {}} />
          )}
          {children}
          {failure !== null && <ErrorState error={failure} title={common.notDone} />}
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={sending}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
