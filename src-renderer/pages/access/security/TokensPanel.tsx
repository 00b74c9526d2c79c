import { Button, Group, Switch, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ApiToken } from '../../../../src-shared/contract/api-tokens.ts';
import { useRole } from '../../../api/session.ts';
import { useOperationMutation, usePages } from '../../../api/use-operation.ts';
import { ConfirmButton } from '../../../components/ConfirmButton.tsx';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { Time } from '../../../components/Time.tsx';
import { security } from '../../../strings/security.ts';
import { NewToken } from './NewToken.tsx';

const words = security.tokens;
const mono = { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 };

function stateOf(token: ApiToken): keyof typeof words.states {
  if (token.revokedAt) return 'revoked';
  return Date.parse(token.expiresAt) <= Date.now() ? 'expired' : 'live';
}

/** Tokens of the person, or of everybody for an administrator: made, told apart and revoked. */
export function TokensPanel() {
  const isAdmin = useRole() === 'admin';
  const [all, setAll] = useState(false);
  const [creating, setCreating] = useState(false);
  const pages = usePages('listApiTokens', { query: all ? { all: 'true' } : {} });
  const revoke = useOperationMutation('revokeApiToken', { invalidates: ['listApiTokens', 'listAuditEntries'] });
  const columns: Column<ApiToken>[] = [
    { id: 'name', header: words.name, width: 130, fixed: true, cell: (token) => token.name },
    ...(all ? [{ id: 'owner', header: words.owner, width: 110, cell: (token: ApiToken) => token.owner.name }] : []),
    { id: 'token', header: words.token, width: 96, cell: (token) => <span style={mono}>{token.prefix}…</span> },
    { id: 'scopes', header: words.scopes, width: 100, cell: (token) => token.scopes.join(', ') },
    { id: 'used', header: words.lastUsed, width: 88, cell: (token) => <Time value={token.lastUsedAt} relative /> },
    { id: 'expires', header: words.expires, width: 76, cell: (token) => <Time value={token.expiresAt} relative /> },
    { id: 'state', header: words.state, width: 72, cell: (token) => words.states[stateOf(token)] },
    {
      id: 'revoke',
      header: '',
      width: 86,
      align: 'right',
      cell: (token) =>
        stateOf(token) === 'live' && (
          <ConfirmButton
            size="compact-xs"
            aria-label={words.revokeLabel(token.name)}
            title={words.revokeTitle(token.name)}
            body={words.revokeBody}
            confirmLabel={words.revoke}
            onConfirm={() => revoke.mutateAsync({ params: { apiTokenId: token.id } })}
          >
            {words.revoke}
          </ConfirmButton>
        ),
    },
  ];
  return (
    <Panel
      title={words.title}
      actions={
        <Group gap="sm">
          {isAdmin && (
            <Switch
              size="xs"
              label={words.all}
              checked={all}
              onChange={(event) => setAll(event.currentTarget.checked)}
            />
          )}
          <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setCreating(true)}>
            {words.create}
          </Button>
        </Group>
      }
    >
      <Text size="sm" c="dimmed" mb="xs">
        {words.hint}
      </Text>
      <DataTable
        flush
        maxHeight={280}
        name="api-tokens"
        label={words.table}
        columns={columns}
        pages={pages}
        rowKey={(token) => token.id}
        empty={<EmptyState title={words.empty} />}
      />
      {creating && <NewToken onClose={() => setCreating(false)} />}
    </Panel>
  );
}
