import { Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconDeviceDesktop, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { type Console, consoleTroubles } from '../../../src-shared/contract/consoles.ts';
import { inWords } from '../../../src-shared/domain/part-state.ts';
import { api } from '../../api/client.ts';
import { useOperation, useOperationMutation } from '../../api/use-operation.ts';
import { nameOf, sentencesOf } from '../../components/console-words.ts';
import type { Column } from '../../components/DataTable.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { RowMenu } from '../../components/RowMenu.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { Time } from '../../components/Time.tsx';
import { consoles as words } from '../../strings/consoles.ts';
import { bytes } from '../../strings/format.ts';
import { layout } from '../../strings/layout.ts';
import { ConsoleForm } from './ConsoleForm.tsx';

const REFRESH_MS = 15_000;
const SERIOUS = new Set(consoleTroubles.slice(0, 4));

const columns: Column<Console>[] = [
  {
    id: 'name',
    header: words.name,
    value: nameOf,
    width: 176,
    fixed: true,
    cell: (console) => (
      <span title={console.hostName}>
        {nameOf(console)}{' '}
        {console.isThis && (
          <Text component="span" size="xs" c="dimmed">
            {words.thisOne}
          </Text>
        )}
      </span>
    ),
  },
  {
    id: 'state',
    header: words.state,
    value: ({ troubles, stoppedAt }) => troubles.length || (stoppedAt ? -1 : 0),
    width: 120,
    cell: (console) => <State console={console} />,
  },
  {
    id: 'seen',
    header: words.seen,
    value: ({ seenAt }) => seenAt,
    width: 120,
    cell: ({ seenAt }) => <Time value={seenAt} relative />,
  },
  {
    id: 'outbox',
    header: words.outbox,
    value: ({ outbox }) => outbox.waiting + outbox.conflicts,
    width: 150,
    cell: ({ outbox }) => words.waiting(outbox.waiting, outbox.conflicts),
  },
  {
    id: 'engines',
    header: words.engines,
    width: 180,
    cell: ({ engines }) => (
      <span title={engines.map(({ name, state }) => `${name}: ${inWords(state)}`).join('\n')}>
        {engines.map(({ name }) => words.engineNames[name] ?? name).join(', ') || words.noEngines}
      </span>
    ),
  },
  {
    id: 'keys',
    header: words.keys,
    value: ({ keyState }) => keyState,
    width: 110,
    cell: ({ keyState }) => words.keyStates[keyState] ?? keyState,
  },
  {
    id: 'clock',
    header: words.clock,
    value: ({ clockOffsetMs }) => Math.abs(clockOffsetMs),
    width: 110,
    cell: ({ clockOffsetMs: ms }) => (Math.abs(ms) < 1000 ? words.clockRight : words.clockOff(ms)),
  },
  {
    id: 'latency',
    header: words.latency,
    value: ({ databaseMs }) => databaseMs,
    width: 90,
    align: 'right',
    cell: (it) => words.latencyOf(it.databaseMs),
  },
  {
    id: 'disk',
    header: words.disk,
    value: ({ diskFreeBytes }) => diskFreeBytes,
    width: 90,
    align: 'right',
    cell: ({ diskFreeBytes }) => (diskFreeBytes === null ? '' : bytes(diskFreeBytes)),
  },
  {
    id: 'version',
    header: words.version,
    value: ({ programVersion }) => programVersion,
    width: 90,
    cell: ({ programVersion }) => programVersion,
  },
];

/** Every console of the company: which works, which is gone, and what waits on it. */
export default function ConsolesPage() {
  const query = useOperation('listConsoles', {}, { refetchInterval: REFRESH_MS });
  const forget = useOperationMutation('forgetConsole', { invalidates: ['listConsoles'] });
  const [named, setNamed] = useState<Console | null>(null);
  const items = query.data?.items ?? [];
  const menu: Column<Console> = {
    id: 'menu',
    header: '',
    width: 48,
    fixed: true,
    cell: (console) => (
      <RowMenu
        label={words.menu(nameOf(console))}
        archived={false}
        onEdit={() => setNamed(console)}
        remove={{
          title: words.forgetTitle(nameOf(console)),
          body: words.forget(console.outbox.waiting),
          onConfirm: () => forget.mutateAsync({ params: { consoleId: console.id }, version: console.version }),
        }}
      />
    ),
  };
  const ailing = items.filter(({ troubles }) => troubles.length > 0);
  return (
    <ListPage
      title={layout.pages.consoles}
      description={words.description}
      head={
        <>
          {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
          {ailing.length > 0 && (
            <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
              {ailing.map((console) => (
                <Group key={console.id} component="li" gap="xs" wrap="nowrap" align="flex-start">
                  <IconAlertTriangle
                    size={16}
                    color="var(--attention)"
                    style={{ flexShrink: 0, marginTop: 2 }}
                    aria-hidden
                  />
                  <Text size="sm">
                    <b>{nameOf(console)}</b>: {sentencesOf(console).join(' ')}
                  </Text>
                </Group>
              ))}
            </Stack>
          )}
        </>
      }
      name="consoles"
      label={words.table}
      columns={[...columns.slice(0, 2), menu, ...columns.slice(2)]}
      rows={items}
      loading={query.isPending}
      rowKey={({ id }) => id}
      onOpen={setNamed}
      empty={{ icon: IconDeviceDesktop, title: words.empty, hint: words.emptyHint }}
    >
      {named && <ConsoleForm key={named.id} console={named} onClose={() => setNamed(null)} read={readConsole} />}
    </ListPage>
  );
}

const readConsole = (consoleId: number) => api.getConsole({ params: { consoleId } });

function State({ console }: { console: Console }) {
  const { troubles, stoppedAt } = console;
  if (troubles.length > 0)
    return (
      <span title={sentencesOf(console).join('\n')}>
        <StateBadge
          tone={troubles.some((each) => SERIOUS.has(each)) ? 'bad' : 'warn'}
          icon={IconAlertTriangle}
          label={words.troubles(troubles.length)}
        />
      </span>
    );
  if (stoppedAt !== null) return <StateBadge tone="quiet" icon={IconPlayerStop} label={words.stopped} />;
  return <StateBadge tone="good" icon={IconCircleCheck} label={words.well} />;
}
