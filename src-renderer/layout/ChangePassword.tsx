import { PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { authRoutes } from '../../src-shared/contract/auth.ts';
import { useOperationMutation } from '../api/use-operation.ts';
import { checkedBy } from '../components/editing/check-form.ts';
import { FormModal, useOperationForm } from '../components/FormModal.tsx';
import { layout } from '../strings/layout.ts';
import { security } from '../strings/security.ts';

const { user: words } = layout;

/** Changes the own password; the server ends every other session of the person. */
export function ChangePassword({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const change = useOperationMutation('changePassword');
  const form = useOperationForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: checkedBy(authRoutes.changePassword, (values) => values),
  });
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={words.changePassword}
      form={form}
      submitLabel={words.changePassword}
      onSubmit={async (values) => {
        await change.mutateAsync({ body: values });
        notifications.show({ message: words.passwordChanged });
      }}
    >
      <PasswordInput
        label={words.currentPassword}
        autoComplete="current-password"
        required
        data-autofocus
        {...form.getInputProps('currentPassword')}
      />
      <PasswordInput
        label={words.newPassword}
        description={security.password.hint}
        autoComplete="new-password"
        required
        {...form.getInputProps('newPassword')}
      />
    </FormModal>
  );
}
