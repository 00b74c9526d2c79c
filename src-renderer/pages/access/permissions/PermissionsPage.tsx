import { Group, SegmentedControl, Select, Skeleton, Text } from '@mantine/core';
import type { Permission } from '../../../../src-shared/contract/permissions.ts';
import { useOperation } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { Page } from '../../../components/Page.tsx';
import { SearchInput } from '../../../components/SearchInput.tsx';
import { useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { common } from '../../../strings/common.ts';
import { tasks, permissions as words } from '../../../strings/permissions.ts';
import { Mark } from './Mark.tsx';
import { nameOfRole } from './role-names.ts';
import { TasksTable } from './TasksTable.tsx';
import { extentOf, taskOf } from './tasks.ts';

const mono = { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 };
const views = Object.entries(words.views).map(([value, label]) => ({ value, label }));
const allTasks = Object.entries(tasks).map(([value, label]) => ({ value, label }));

/** Roles against tasks, and against the operations behind them: what the router goes by is what is shown. */
export default function PermissionsPage() {
  const matrix = useOperation('listPermissions', {});
  const filters = useUrlFilters(['view', 'text', 'role', 'task']);
  const { view = 'tasks', text = '', role, task } = filters.values;
  if (matrix.isError) return <ErrorState error={matrix.error} onRetry={() => void matrix.refetch()} />;
  if (!matrix.data)
    return (
      <Page title={words.title} description={words.description}>
        <Skeleton height={320} />
      </Page>
    );
  const { roles, operations } = matrix.data;
  const choice = (
    <SegmentedControl
      aria-label={words.view}
      value={view}
      onChange={(next) => filters.set(next === 'tasks' ? { view: null, task: null } : { view: next })}
      data={views}
    />
  );
  if (view === 'tasks')
    return (
      <Page fill title={words.title} description={words.description}>
        <Group gap="sm">{choice}</Group>
        <TasksTable
          roles={roles}
          operations={operations}
          onOpen={(next) => filters.set({ view: 'operations', task: next })}
        />
      </Page>
    );
  const wanted = text.toLowerCase();
  const shown = operations.filter(
    (operation) =>
      (!role || operation.public || operation.roles.includes(role)) &&
      (!task || taskOf(operation) === task) &&
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
        header: nameOfRole(each),
        width: 100,
        align: 'center',
        cell: (row) => <Mark extent={extentOf([row], each)} />,
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
        {choice}
        <Select
          aria-label={words.task}
          placeholder={words.anyTask}
          clearable
          searchable
          value={task ?? null}
          onChange={(next) => filters.set({ task: next })}
          data={allTasks}
          w={300}
        />
        <SearchInput label={words.filter} value={text} onChange={(next) => filters.set({ text: next })} />
        <Select
          aria-label={words.role}
          placeholder={words.anyRole}
          clearable
          value={role ?? null}
          onChange={(next) => filters.set({ role: next })}
          data={roles.map((each) => ({ value: each, label: nameOfRole(each) }))}
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
