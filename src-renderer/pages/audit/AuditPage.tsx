import { Anchor, Button, Code, Drawer, Stack, Text } from '@mantine/core';
import { IconHistory, IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { auditSorts } from '../../../src-shared/contract/audit.ts';
import type { OperationOutput } from '../../api/client.ts';
import { usePages } from '../../api/use-operation.ts';
import type { Column } from '../../components/DataTable.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Facts } from '../../components/Facts.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { Time } from '../../components/Time.tsx';
import { useSorting } from '../../hooks/use-sorting.ts';
import { audit as words } from '../../strings/audit.ts';
import { common } from '../../strings/common.ts';
import { AuditFilterBar, useAuditFilters } from './AuditFilterBar.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { Sentence } from './Sentence.tsx';
import { useVerification } from './use-verification.ts';
import { Verdict } from './Verdict.tsx';
import { Walking } from './Walking.tsx';

type Entry = OperationOutput<'listAuditEntries'>['items'][number];
const on = (entry: Entry) => [entry.resourceType, entry.resourceId].filter(Boolean).join(' ');
const mono = { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 };

/** In a cell, where it may be cut off: read in full on hover. */
const Mono = ({ children }: { children: string }) => (
  <span style={mono} title={children}>
    {children}
  </span>
);

/** The audit log, newest first, and the proof that nobody changed it. */
export default function AuditPage() {
  const filters = useAuditFilters();
  const sorting = useSorting(filters, auditSorts, '-at');
  const pages = usePages('listAuditEntries', { query: { ...filters.query, sort: sorting.sort } });
  const [opened, setOpened] = useState<Entry | null>(null);
  const verification = useVerification();

  const columns: Column<Entry>[] = [
    {
      id: 'at',
      header: words.at,
      sort: 'at',
      width: 206,
      fixed: true,
      cell: (entry) => (
        <Anchor component="button" type="button" size="sm" onClick={() => setOpened(entry)}>
          <Time value={entry.at} seconds />
        </Anchor>
      ),
    },
    {
      id: 'sentence',
      header: words.sentence,
      heads: true,
      fixed: true,
      width: 380,
      cell: (entry) => <Sentence entry={entry} />,
    },
    { id: 'action', header: words.action, width: 190, cell: (entry) => <Mono>{entry.action}</Mono> },
    { id: 'actor', header: words.actor, width: 110, hidden: true, cell: (entry) => entry.actor ?? words.nobody },
    { id: 'resource', header: words.resource, width: 110, hidden: true, cell: on },
    {
      id: 'hash',
      header: words.hash,
      width: 130,
      hidden: true,
      cell: ({ hash }) => (hash === null ? words.unsealed : <Mono>{`${hash.slice(0, 12)}…`}</Mono>),
    },
  ];
  return (
    <ListPage
      title={words.title}
      description={words.description}
      actions={
        <>
          <ExportMenu query={filters.query} />
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={16} aria-hidden />}
            loading={verification.isPending}
            onClick={() => verification.mutate('checkpoint')}
          >
            {words.verify}
          </Button>
        </>
      }
      head={
        <>
          {verification.isError && <ErrorState error={verification.error} title={words.verifyFailed} />}
          {verification.walking && <Walking walking={verification.walking} />}
          {verification.data && (
            <Verdict
              verdict={verification.data}
              onClose={() => verification.reset()}
              onFromBeginning={() => verification.mutate('beginning')}
            />
          )}
        </>
      }
      filters={filters}
      filterBar={<AuditFilterBar filters={filters} />}
      name="audit"
      label={words.table}
      columns={columns}
      pages={pages}
      {...sorting}
      rowKey={(entry) => entry.sequence}
      onOpen={setOpened}
      empty={{ icon: IconHistory, title: words.empty }}
    >
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        position="right"
        size={560}
        title={opened ? words.entry(opened.id) : ''}
        closeButtonProps={{ 'aria-label': common.close }}
      >
        {opened && (
          <Stack gap="md">
            <Text size="sm">
              <Sentence entry={opened} />
            </Text>
            <Facts
              facts={[
                { label: words.at, value: <Time value={opened.at} seconds /> },
                { label: words.actor, value: opened.actor ?? words.nobody },
                { label: words.action, value: opened.action },
                { label: words.resource, value: on(opened) },
                {
                  label: words.hash,
                  value: opened.hash === null ? words.unsealedHint : <span style={mono}>{opened.hash}</span>,
                },
              ]}
            />
            <Code block>{JSON.stringify(opened.details, null, 2)}</Code>
          </Stack>
        )}
      </Drawer>
    </ListPage>
  );
}
