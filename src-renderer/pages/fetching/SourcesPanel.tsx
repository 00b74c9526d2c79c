import { Button, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconAntenna, IconDice, IconPlugConnected, IconPlus, IconPower } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReportSource } from '../../../src-shared/contract/fetcher.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RowMenu } from '../../components/RowMenu.tsx';
import { Time } from '../../components/Time.tsx';
import { fetcher } from '../../strings/fetcher.ts';
import { count, duration } from '../../strings/format.ts';
import { CircuitBadge } from './CircuitBadge.tsx';
import { LoginCell } from './LoginCell.tsx';
import { SourceForm } from './SourceForm.tsx';
import { useSourceTest } from './use-source-test.ts';

const { sources: words, kinds } = fetcher;

const columns: Column<ReportSource>[] = [
  {
    id: 'name',
    header: words.name,
    width: 214,
    cell: (source) => (
      <span title={source.url}>
        {source.name}{' '}
        <Text component="span" size="xs" c="dimmed">
          {kinds[source.kind]}
        </Text>
      </span>
    ),
  },
  { id: 'circuit', header: words.circuit, fact: true, width: 168, cell: (source) => <CircuitBadge source={source} /> },
  { id: 'login', header: words.login, fact: true, width: 190, cell: (source) => <LoginCell source={source} /> },
  {
    id: 'batch',
    header: words.batch,
    width: 120,
    align: 'right',
    cell: (source) => <span title={words.batchHint}>{words.batchOf(source.state.batchSize, source.maxBatchSize)}</span>,
  },
  {
    id: 'cap',
    header: words.cap,
    term: 'answerLimit',
    width: 150,
    cell: ({ state }) => <span title={words.capHint}>{words.caps(state.reportCap, state.idsCap)}</span>,
  },
  {
    id: 'reach',
    header: words.reach,
    width: 92,
    cell: ({ assumed, state }) => (
      <span title={words.reachHint}>
        {words.reachOf(assumed.reachDays === null ? state.reachHours : assumed.reachDays * 24)}
      </span>
    ),
  },
  {
    id: 'canaries',
    header: words.canaries,
    term: 'canary',
    width: 112,
    align: 'right',
    cell: ({ state }) => (
      <span title={words.canariesHint}>
        {state.omittedAt && <IconDice size={13} color="var(--attention)" aria-label={words.omits} />}{' '}
        {count(state.canaries)}
      </span>
    ),
  },
  {
    id: 'interval',
    header: words.interval,
    width: 80,
    align: 'right',
    cell: (source) => (
      <span title={source.warning ?? undefined}>
        {source.warning && <IconAlertTriangle size={13} color="var(--attention)" aria-label={source.warning} />}{' '}
        {duration(source.minIntervalSeconds)}
      </span>
    ),
  },
  { id: 'requests', header: words.requests, width: 84, align: 'right', cell: ({ state }) => count(state.requests) },
  { id: 'failures', header: words.failures, width: 70, align: 'right', cell: ({ state }) => count(state.failures) },
  {
    id: 'saturated',
    header: words.saturated,
    width: 100,
    align: 'right',
    cell: ({ state }) => <span title={words.saturatedHint}>{count(state.saturated)}</span>,
  },
  {
    id: 'reports',
    header: words.reports,
    width: 80,
    align: 'right',
    cell: ({ state }) => (
      <span title={state.strangers ? words.strangers(state.strangers.count, state.strangers.ids) : undefined}>
        {state.strangers && <IconAlertTriangle size={13} color="var(--attention)" aria-label={words.strangersLabel} />}{' '}
        {count(state.reports)}
      </span>
    ),
  },
  {
    id: 'last',
    header: words.lastRequest,
    fact: true,
    width: 110,
    cell: ({ state }) => <Time value={state.lastRequestAt} relative />,
  },
  {
    id: 'error',
    header: words.lastError,
    width: 150,
    cell: ({ state }) => <span title={state.lastError ?? undefined}>{state.lastError}</span>,
  },
];

/** The sources of reports: how each does, and everything that can be done with it. */
export function SourcesPanel({ sources }: { sources: ReportSource[] }) {
  const mayEdit = useCan('updateReportSource');
  const [adding, add] = useDisclosure(false);
  const [edited, setEdited] = useState<ReportSource | null>(null);
  const invalidates = ['getFetcher', 'listReportSources'] as const;
  const update = useOperationMutation('updateReportSource', { invalidates });
  const remove = useOperationMutation('deleteReportSource', { invalidates });
  const test = useSourceTest();

  const menu: Column<ReportSource> = {
    id: 'menu',
    header: '',
    width: 52,
    align: 'right',
    cell: (source) => (
      <RowMenu
        label={words.actions(source.name)}
        archived={false}
        onEdit={() => setEdited(source)}
        remove={{
          title: words.deleteTitle(source.name),
          body: words.deleteBody,
          onConfirm: () => remove.mutateAsync({ params: { reportSourceId: source.id }, version: source.version }),
        }}
      >
        <Menu.Item leftSection={<IconPlugConnected size={15} aria-hidden />} onClick={() => test(source)}>
          {words.test}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPower size={15} aria-hidden />}
          onClick={() =>
            update.mutate({
              params: { reportSourceId: source.id },
              body: { enabled: !source.enabled },
              version: source.version,
            })
          }
        >
          {source.enabled ? words.disable : words.enable}
        </Menu.Item>
      </RowMenu>
    ),
  };
  const button = mayEdit && (
    <Button variant="default" leftSection={<IconPlus size={15} aria-hidden />} onClick={add.open}>
      {words.add}
    </Button>
  );
  return (
    <Panel title={words.title} term="reportSource" actions={button}>
      <DataTable
        name="report-sources"
        label={words.title}
        // The menu stands beside the name: the table is wider than most windows.
        columns={mayEdit ? [columns[0]!, menu, ...columns.slice(1)] : columns}
        rows={sources}
        rowKey={(source) => source.id}
        {...(mayEdit ? { onOpen: setEdited } : {})}
        empty={<EmptyState icon={IconAntenna} title={words.empty} description={words.emptyHint} />}
      />
      <SourceForm opened={adding} onClose={add.close} />
      {edited && <SourceForm key={edited.id} opened onClose={() => setEdited(null)} source={edited} />}
    </Panel>
  );
}
