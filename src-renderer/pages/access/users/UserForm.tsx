import { PasswordInput, Select, TextInput } from '@mantine/core';
import { authRoutes, type User } from '../../../../src-shared/contract/auth.ts';
import { type Role, roles } from '../../../../src-shared/contract/roles.ts';
import { api } from '../../../api/client.ts';
import { useOperationMutation } from '../../../api/use-operation.ts';
import { checkedBy } from '../../../components/editing/check-form.ts';
import { FormModal, useOperationForm } from '../../../components/FormModal.tsx';
import { ReferenceSelect } from '../../../components/ReferenceSelect.tsx';
import { common, roleNames } from '../../../strings/common.ts';
import { users } from '../../../strings/users.ts';

const { form: words, roleHints } = users;

interface Props {
  opened: boolean;
  onClose: () => void;
  /** The user to edit; a new one without. */
  user?: User;
}

const valuesOf = (user?: User) => ({
  username: user?.username ?? '',
  displayName: user?.displayName ?? '',
  role: (user?.role ?? 'warehouse') as Role,
  clientId: user?.client?.id ?? null,
  password: '',
});
const bodyOf = ({ displayName, role, clientId }: ReturnType<typeof valuesOf>) => ({
  displayName,
  role,
  clientId: role === 'client-viewer' ? clientId : null,
});
const newBodyOf = (values: ReturnType<typeof valuesOf>) => ({
  ...bodyOf(values),
  username: values.username,
  password: values.password,
});
const labels = { displayName: words.displayName, role: words.role, clientId: words.client };
const wordsOf = ({ role, client }: User) => ({ role: roleNames[role], clientId: client?.name ?? common.none });

export function UserForm({ opened, onClose, user }: Props) {
  const invalidates = ['listUsers', 'listAuditEntries'] as const;
  const create = useOperationMutation('createUser', { invalidates });
  const update = useOperationMutation('updateUser', { invalidates });
  const form = useOperationForm({
    initialValues: valuesOf(user),
    validate: checkedBy(
      user ? authRoutes.updateUser : authRoutes.createUser,
      (values) => (user ? bodyOf(values) : newBodyOf(values)),
      { displayName: words.errors.displayName },
      ({ role, clientId }) => (role === 'client-viewer' && clientId === null ? { clientId: words.errors.client } : {}),
    ),
  });
  const { role, clientId } = form.values;
  return (
    <FormModal
      opened={opened}
      onClose={onClose}
      title={user ? words.editTitle(user.displayName) : words.createTitle}
      form={form}
      submitLabel={user ? common.save : common.create}
      editing={
        user && {
          record: user,
          read: () => api.getUser({ params: { userId: user.id } }),
          values: valuesOf,
          labels,
          words: wordsOf,
        }
      }
      onSubmit={(values, { version, changed }) =>
        user
          ? update.mutateAsync({ params: { userId: user.id }, body: changed(bodyOf), version })
          : create.mutateAsync({
              body: newBodyOf(values),
            })
      }
    >
      {!user && (
        <TextInput
          label={words.username}
          description={words.usernameHint}
          withAsterisk
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          {...form.getInputProps('username')}
        />
      )}
      <TextInput
        label={words.displayName}
        withAsterisk
        maxLength={100}
        {...(user ? { 'data-autofocus': true } : {})}
        {...form.getInputProps('displayName')}
      />
      <Select
        label={words.role}
        description={roleHints[role]}
        allowDeselect={false}
        data={roles.map((each) => ({ value: each, label: roleNames[each] }))}
        {...form.getInputProps('role')}
      />
      {role === 'client-viewer' && (
        <ReferenceSelect
          kind="client"
          label={words.client}
          description={words.clientHint}
          withAsterisk
          placeholder=""
          value={clientId}
          onChange={(id) => form.setFieldValue('clientId', id)}
          error={form.errors.clientId}
        />
      )}
      {!user && (
        <PasswordInput
          label={words.password}
          description={words.passwordHint}
          withAsterisk
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
      )}
    </FormModal>
  );
}
