import { Button, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import type { OpenSession } from '../../../../src-shared/contract/sessions.ts';
import { useRole } from '../../../api/session.ts';
import { useOperationMutation, usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { Time } from '../../../components/Time.tsx';
import { security } from '../../../strings/security.ts';
import { programOf } from './program-of.ts';

const words = security.sessions;

/** Where one is signed in; each session can be ended. */
export function SessionsPanel() {
  const isAdmin = useRole() === 'admin';
  const [all, setAll] = useState(false);
  const pages = usePages('listSessions', { query: all ? { all: 'true' } : {} });
  const revoke = useOperationMutation('revokeSession', { invalidates: ['listSessions', 'listAuditEntries'] });
  const columns: Column<OpenSession>[] = [
    ...(all ? [{ id: 'user', header: words.user, width: 130, cell: (row: OpenSession) => row.user.name }] : []),
    {
      id: 'device',
      header: words.device,
      width: 190,
      cell: (row) => (
        <>
          {programOf(row.userAgent) ?? words.unknown}{' '}
          {row.current && (
            <Text component="span" size="xs" c="dimmed">
              ({words.current})
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'address',
      header: words.address,
      width: 140,
      cell: (row) => `${row.address}${row.secondFactor ? `, ${words.secondFactor}` : ''}`,
    },
    { id: 'seen', header: words.lastSeen, width: 100, cell: (row) => <Time value={row.lastSeenAt} relative /> },
    { id: 'since', header: words.since, width: 100, cell: (row) => <Time value={row.createdAt} relative /> },
    {
      id: 'end',
      header: '',
      width: 76,
      align: 'right',
      cell: (row) =>
        !row.current && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={words.endLabel(row.user.name)}
            onClick={() => revoke.mutate({ params: { sessionId: row.id } })}
          >
            {words.end}
          </Button>
        ),
    },
  ];
  return (
    <Panel
      title={words.title}
      actions={
        isAdmin && (
          <Switch size="xs" label={words.all} checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
        )
      }
    >
      <DataTable
        flush
        maxHeight={260}
        name="sessions"
        label={words.table}
        columns={columns}
        pages={pages}
        rowKey={(row) => row.id}
      />
    </Panel>
  );
}
