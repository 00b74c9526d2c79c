import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { authRoutes } from '../../../../src-shared/contract/auth.ts';
import { queryClient, sessionKey } from '../../../api/query-client.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { checkedBy } from '../../../components/editing/check-form.ts';
import { applyFieldErrors, useOperationForm } from '../../../components/FormModal.tsx';
import { security } from '../../../strings/security.ts';
import { EntryFrame } from './EntryFrame.tsx';

const words = security.password;

/** In place of every page, until the person has a password that nobody else chose. */
export function NewPasswordPage() {
  const [failure, setFailure] = useState<unknown>(null);
  const change = useOperationMutation('changePassword', {
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: sessionKey }),
  });
  const form = useOperationForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: checkedBy(authRoutes.changePassword, (values) => values),
  });
  const submit = (body: typeof form.values) =>
    change.mutate({ body }, { onError: (error) => setFailure(applyFieldErrors(form, error) ? null : error) });
  return (
    <EntryFrame title={words.mustTitle} hint={words.mustHint}>
      <form onSubmit={form.onSubmit(submit)}>
        <PasswordInput
          label={words.current}
          size="sm"
          autoComplete="current-password"
          required
          autoFocus
          {...form.getInputProps('currentPassword')}
        />
        <PasswordInput
          label={words.next}
          description={words.hint}
          size="sm"
          mt="sm"
          autoComplete="new-password"
          required
          {...form.getInputProps('newPassword')}
        />
        <Button type="submit" size="sm" fullWidth mt="lg" mb={failure === null ? 0 : 'md'} loading={change.isPending}>
          {words.submit}
        </Button>
        {failure !== null && <ErrorState error={failure} title={words.failed} />}
      </form>
    </EntryFrame>
  );
}
