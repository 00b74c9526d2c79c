import { Group, Select, Skeleton, Text } from '@mantine/core';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import type { Permission } from '../../../../src-shared/contract/permissions.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Page } from '../../../components/Page.tsx';
import { SearchInput } from '../../../components/SearchInput.tsx';
import { useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { common, partyNames, roleNames } from '../../../strings/common.ts';
import { permissions as words } from '../../../strings/security.ts';

const names: Record<string, string> = { ...roleNames, ...partyNames };
const nameOf = (role: string) => names[role] ?? role;
const mono = { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 };

/** Roles against operations, from the contract: what the router goes by is what is shown. */
export default function PermissionsPage() {
  const matrix = useOperation('listPermissions', {});
  const filters = useUrlFilters(['text', 'role']);
  const { text = '', role } = filters.values;
  if (matrix.isError) return <ErrorState error={matrix.error} onRetry={() => void matrix.refetch()} />;
  if (!matrix.data)
    return (
      <Page title={words.title} description={words.description}>
        <Skeleton height={320} />
      </Page>
    );
  const { roles, operations } = matrix.data;
  const wanted = text.toLowerCase();
  const shown = operations.filter(
    (operation) =>
      (!role || operation.public || operation.roles.includes(role)) &&
      `${operation.operation} ${operation.summary} ${operation.path} ${operation.tag}`.toLowerCase().includes(wanted),
  );
  const columns: Column<Permission>[] = [
    { id: 'operation', header: words.operation, width: 240, fixed: true, cell: (row) => row.summary },
    {
      id: 'path',
      header: words.path,
      width: 210,
      cell: (row) => <span style={mono}>{`${row.method} ${row.path}`}</span>,
    },
    ...roles.map(
      (each): Column<Permission> => ({
        id: each,
        header: nameOf(each),
        width: 100,
        align: 'center',
        cell: (row) => <Mark may={row.public || row.roles.includes(each)} />,
      }),
    ),
    {
      id: 'scopes',
      header: words.scopes,
      width: 140,
      cell: (row) => {
        const quiet = row.public ? words.everybody : row.sessionOnly ? words.sessionOnly : null;
        return quiet ? (
          <Text size="xs" c="dimmed">
            {quiet}
          </Text>
        ) : (
          <span style={mono}>{row.scopes.join(', ')}</span>
        );
      },
    },
  ];
  return (
    <Page fill title={words.title} description={words.description}>
      <Group gap="sm">
        <SearchInput label={words.filter} value={text} onChange={(next) => filters.set({ text: next })} />
        <Select
          aria-label={words.role}
          placeholder={words.anyRole}
          clearable
          value={role ?? null}
          onChange={(next) => filters.set({ role: next })}
          data={roles.map((each) => ({ value: each, label: nameOf(each) }))}
        />
        <Text size="sm" c="dimmed" role="status">
          {words.shown(shown.length, operations.length)}
        </Text>
      </Group>
      <DataTable
        fill
        name="permissions"
        label={words.table}
        columns={columns}
        rows={shown}
        rowKey={(row) => row.operation}
        empty={<EmptyState title={common.nothingMatches} description={common.nothingMatchesHint} />}
      />
    </Page>
  );
}

const middle = { verticalAlign: 'middle' };

function Mark({ may }: { may: boolean }) {
  return may ? (
    <IconCheck size={16} style={middle} color="var(--mantine-color-teal-text)" role="img" aria-label={words.yes} />
  ) : (
    <IconMinus size={14} style={middle} color="var(--mantine-color-dimmed)" role="img" aria-label={words.no} />
  );
}
