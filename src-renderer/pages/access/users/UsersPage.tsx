import { ActionIcon, Menu, Text } from '@mantine/core';
import {
  IconDots,
  IconKey,
  IconPencil,
  IconShieldOff,
  IconUser,
  IconUserCheck,
  IconUserOff,
} from '@tabler/icons-react';
import { useState } from 'react';
import { type User, userSorts } from '../../../../src-shared/contract/auth.ts';
import { useSession } from '../../../api/session.ts';
import { useOperation, useOperationMutation, usePages } from '../../../api/use-operation.ts';
import { ConfirmModal } from '../../../components/ConfirmButton.tsx';
import type { Column } from '../../../components/DataTable.tsx';
import { ListPage } from '../../../components/ListPage.tsx';
import { StateBadge } from '../../../components/StateBadge.tsx';
import { Time } from '../../../components/Time.tsx';
import { useNew } from '../../../hooks/use-new.ts';
import { useSorting } from '../../../hooks/use-sorting.ts';
import { idOf, useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { roleNames } from '../../../strings/common.ts';
import { users as words } from '../../../strings/users.ts';
import { PasswordForm } from './PasswordForm.tsx';
import { UserForm } from './UserForm.tsx';

type Asked = { user: User; what: 'edit' | 'password' | 'disable' | 'totp' } | null;

/** Users with their roles: created, edited, disabled, given a new password. */
export default function UsersPage() {
  const me = useSession().user;
  const sorting = useSorting(useUrlFilters(['sort']), userSorts, 'username');
  const pages = usePages('listUsers', { query: { sort: sorting.sort } });
  const [creating, create] = useNew();
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  // Other screens lead to a user by the address.
  const { values, set } = useUrlFilters(['user']);
  const linkedId = idOf(values.user);
  const linked = useOperation('getUser', { params: { userId: linkedId ?? 0 } }, { enabled: linkedId !== undefined });
  const update = useOperationMutation('updateUser', { invalidates: ['listUsers', 'listAuditEntries'] });
  const resetTotp = useOperationMutation('resetUserTotp', { invalidates: ['listUsers', 'listAuditEntries'] });
  const setDisabled = (user: User, disabled: boolean) =>
    update.mutateAsync({ params: { userId: user.id }, body: { disabled }, version: user.version });

  const columns: Column<User>[] = [
    {
      id: 'username',
      header: words.username,
      sort: 'username',
      width: 110,
      fixed: true,
      cell: (user) => (
        <>
          {user.username}{' '}
          {user.id === me.id && (
            <Text component="span" size="xs" c="dimmed">
              ({words.you})
            </Text>
          )}
        </>
      ),
    },
    { id: 'name', header: words.displayName, sort: 'name', width: 125, cell: (user) => user.displayName },
    {
      id: 'role',
      header: words.role,
      sort: 'role',
      width: 154,
      cell: ({ role, client }) => (client ? words.roleAt(roleNames[role], client.name) : roleNames[role]),
    },
    {
      id: 'state',
      header: words.state,
      sort: 'state',
      width: 92,
      cell: (user) =>
        user.disabled ? (
          <StateBadge tone="quiet" icon={IconUserOff} label={words.disabled} />
        ) : (
          <StateBadge tone="good" icon={IconUserCheck} label={words.active} />
        ),
    },
    {
      id: 'sign-in',
      header: words.signIn,
      width: 140,
      cell: (user) => (user.mustChangePassword ? words.mustChange : user.totp ? words.withTotp : words.withPassword),
    },
    {
      id: 'login',
      header: words.lastLogin,
      sort: 'login',
      width: 92,
      cell: (user) => <Time value={user.lastLoginAt} relative />,
    },
    {
      id: 'since',
      header: words.createdAt,
      sort: 'since',
      width: 92,
      hidden: true,
      cell: (user) => <Time value={user.createdAt} relative />,
    },
    {
      id: 'menu',
      header: '',
      width: 52,
      align: 'right',
      cell: (user) => (
        <Menu position="bottom-end" withArrow shadow="md">
          <Menu.Target>
            <ActionIcon aria-label={words.actions(user.displayName)}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconPencil size={15} aria-hidden />}
              onClick={() => setAsked({ user, what: 'edit' })}
            >
              {words.edit}
            </Menu.Item>
            {user.id !== me.id && (
              <Menu.Item
                leftSection={<IconKey size={15} aria-hidden />}
                onClick={() => setAsked({ user, what: 'password' })}
              >
                {words.password}
              </Menu.Item>
            )}
            {user.totp && (
              <Menu.Item
                leftSection={<IconShieldOff size={15} aria-hidden />}
                onClick={() => setAsked({ user, what: 'totp' })}
              >
                {words.resetTotp}
              </Menu.Item>
            )}
            {user.disabled ? (
              <Menu.Item
                leftSection={<IconUserCheck size={15} aria-hidden />}
                onClick={() => void setDisabled(user, false).catch(() => {})}
              >
                {words.enable}
              </Menu.Item>
            ) : (
              user.id !== me.id && (
                <Menu.Item
                  color="var(--mantine-color-error)"
                  leftSection={<IconUserOff size={15} aria-hidden />}
                  onClick={() => setAsked({ user, what: 'disable' })}
                >
                  {words.disable}
                </Menu.Item>
              )
            )}
          </Menu.Dropdown>
        </Menu>
      ),
    },
  ];

  return (
    <ListPage
      title={words.title}
      description={words.description}
      create={{ label: words.create, onClick: create.open }}
      name="users"
      label={words.table}
      columns={columns}
      pages={pages}
      {...sorting}
      rowKey={(user) => user.id}
      onOpen={(user) => setAsked({ user, what: 'edit' })}
      empty={{ icon: IconUser, title: words.empty }}
    >
      <UserForm opened={creating} onClose={create.close} />
      {linkedId !== undefined && linked.data && (
        <UserForm key={linkedId} opened onClose={() => set({ user: null })} user={linked.data} />
      )}
      {asked?.what === 'edit' && <UserForm key={asked.user.id} opened onClose={close} user={asked.user} />}
      {asked?.what === 'password' && <PasswordForm key={asked.user.id} onClose={close} user={asked.user} />}
      {asked?.what === 'totp' && (
        <ConfirmModal
          opened
          onClose={close}
          title={words.resetTotpTitle(asked.user.displayName)}
          body={words.resetTotpBody}
          confirmLabel={words.resetTotp}
          onConfirm={() => resetTotp.mutateAsync({ params: { userId: asked.user.id } })}
        />
      )}
      {asked?.what === 'disable' && (
        <ConfirmModal
          opened
          onClose={close}
          title={words.disableTitle(asked.user.displayName)}
          body={words.disableBody}
          confirmLabel={words.disable}
          onConfirm={() => setDisabled(asked.user, true)}
        />
      )}
    </ListPage>
  );
}
