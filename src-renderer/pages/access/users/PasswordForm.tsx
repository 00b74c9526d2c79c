import { PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { authRoutes, type User } from '../../../../src-shared/contract/auth.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { checkedBy } from '../../../components/editing/check-form.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { users as words } from '../../../strings/users.ts';

/** Sets a new password for somebody who forgot theirs. */
export function PasswordForm({ user, onClose }: { user: User; onClose: () => void }) {
  const update = useOperationMutation('updateUser', { invalidates: ['listUsers', 'listAuditEntries'] });
  const form = useOperationForm({
    initialValues: { password: '' },
    validate: checkedBy(authRoutes.updateUser, (values) => values),
  });
  return (
    <FormModal
      opened
      onClose={onClose}
      title={words.passwordTitle(user.displayName)}
      form={form}
      onSubmit={async ({ password }) => {
        await update.mutateAsync({ params: { userId: user.id }, body: { password }, version: null });
        notifications.show({ message: words.passwordSet });
      }}
    >
      <PasswordInput
        label={words.form.password}
        description={words.passwordHint}
        withAsterisk
        autoComplete="new-password"
        data-autofocus
        {...form.getInputProps('password')}
      />
    </FormModal>
  );
}
