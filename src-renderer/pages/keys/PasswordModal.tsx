import { PasswordInput, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { FormModal } from '../../components/FormModal.tsx';
import { keyProtection as words } from '../../strings/key-protection.ts';

interface Props<T extends { password: string }> {
  opened: boolean;
  onClose: () => void;
  title: string;
  submitLabel: string;
  /** What will happen. */
  body?: ReactNode;
  form: UseFormReturnType<T>;
  onSubmit: (values: T) => Promise<unknown>;
  /** Fields above the password. */
  children?: ReactNode;
}

/** A form that ends with the person's own password: the server asks for it anew with each of these requests. */
export function PasswordModal<T extends { password: string } & Record<string, unknown>>({
  body,
  children,
  form,
  onClose,
  ...modal
}: Props<T>) {
  const close = () => {
    // Secrets don't stay in a closed form.
    form.reset();
    onClose();
  };
  return (
    <FormModal {...modal} form={form} onClose={close}>
      {body && <Text size="sm">{body}</Text>}
      {children}
      <PasswordInput
        label={words.password}
        description={words.passwordHint}
        autoComplete="current-password"
        required
        {...(children ? {} : { 'data-autofocus': true })}
        {...form.getInputProps('password')}
      />
    </FormModal>
  );
}
