import { Anchor } from '@mantine/core';
import type { Permission } from '../../../../src-shared/contract/permissions.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { type TaskName, tasks, permissions as words } from '../../../strings/permissions.ts';
import { Mark } from './Mark.tsx';
import { nameOfRole } from './role-names.ts';
import { extentOf, taskOf } from './tasks.ts';

interface Props {
  roles: readonly string[];
  operations: readonly Permission[];
  onOpen: (task: TaskName) => void;
}
interface Row {
  task: TaskName;
  operations: Permission[];
}

/** What people do, and who may do it. */
export function TasksTable({ roles, operations, onOpen }: Props) {
  const rows = (Object.keys(tasks) as TaskName[]).map(
    (task): Row => ({ task, operations: operations.filter((operation) => taskOf(operation) === task) }),
  );
  const columns: Column<Row>[] = [
    {
      id: 'task',
      header: words.task,
      width: 272,
      fixed: true,
      cell: ({ task }) => (
        <Anchor component="button" type="button" size="sm" title={tasks[task]} onClick={() => onOpen(task)}>
          {tasks[task]}
        </Anchor>
      ),
    },
    ...roles.map(
      (role): Column<Row> => ({
        id: role,
        header: nameOfRole(role),
        fact: true,
        width: 100,
        align: 'center',
        cell: (row) => <Mark extent={extentOf(row.operations, role)} />,
      }),
    ),
  ];
  return (
    <DataTable
      fill
      name="permission-tasks"
      label={words.tasks}
      columns={columns}
      rows={rows}
      rowKey={({ task }) => task}
      onOpen={({ task }) => onOpen(task)}
      empty={null}
    />
  );
}
