import { Anchor, Code, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import {
  type CorruptReason,
  type CorruptReport,
  corruptReasons,
} from '../../../src-shared/contract/corrupt-reports.ts';
import { useOperation, usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Facts } from '../../components/Facts.tsx';
import { MacAddress } from '../../components/MacAddress.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Time } from '../../components/Time.tsx';
import { common } from '../../strings/common.ts';
import { fetcher } from '../../strings/fetcher.ts';
import { count } from '../../strings/format.ts';
import { contentOf } from './corrupt-content.ts';

const { corrupt: words } = fetcher;

const columnsOf = (open: (report: CorruptReport) => void): Column<CorruptReport>[] => [
  { id: 'received', header: words.received, width: 120, cell: (report) => <Time value={report.receivedAt} relative /> },
  {
    id: 'reason',
    header: words.reason,
    width: 190,
    fixed: true,
    cell: (report) => (
      <Anchor component="button" type="button" size="sm" onClick={() => open(report)}>
        {words.reasons[report.reason]}
      </Anchor>
    ),
  },
  {
    id: 'tracker',
    header: words.tracker,
    width: 150,
    cell: ({ tracker }) =>
      tracker ? (
        <MacAddress value={tracker.macAddress ?? `#${tracker.id}`} to={`/trackers/${tracker.id}`} copy={false} />
      ) : (
        words.nobody
      ),
  },
  { id: 'source', header: words.source, width: 150, cell: (report) => report.reportSource?.name ?? '–' },
  { id: 'size', header: words.size, width: 80, align: 'right', cell: (report) => words.bytes(report.sizeBytes) },
  { id: 'content', header: words.content, width: 300, cell: (report) => <code>{contentOf(report).short}</code> },
];

/** Reports that could not be used, kept as they came. */
export function CorruptPanel() {
  const [reason, setReason] = useState<CorruptReason | null>(null);
  const [shown, setShown] = useState<CorruptReport | null>(null);
  const columns = useMemo(() => columnsOf(setShown), []);
  const counts = useOperation('countCorruptReports', {});
  const pages = usePages('listCorruptReports', { query: reason ? { reason } : {} });
  const countOf = (each: CorruptReason) => counts.data?.items.find((item) => item.reason === each)?.count;
  const filter = (
    <Select
      size="xs"
      w={250}
      aria-label={words.reason}
      placeholder={common.any}
      clearable
      clearButtonProps={{ 'aria-label': common.clear }}
      value={reason}
      onChange={(next) => setReason(next as CorruptReason | null)}
      data={corruptReasons.map((each) => {
        const found = countOf(each);
        return { value: each, label: `${words.reasons[each]}${found === undefined ? '' : ` (${count(found)})`}` };
      })}
    />
  );
  return (
    <Panel title={words.title} actions={filter}>
      <Text size="sm" c="dimmed" mb="xs">
        {words.hint}
      </Text>
      <DataTable
        name="corrupt-reports"
        label={words.title}
        columns={columns}
        pages={pages}
        rowKey={(report) => report.id}
        onOpen={setShown}
        maxHeight={320}
        empty={<EmptyState icon={IconShieldCheck} title={words.empty} description={words.emptyHint} />}
      />
      <Modal
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={words.detail}
        size="lg"
        closeButtonProps={{ 'aria-label': common.close }}
      >
        {shown && <Detail report={shown} />}
      </Modal>
    </Panel>
  );
}

function Detail({ report }: { report: CorruptReport }) {
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          { label: words.reason, value: words.reasons[report.reason] },
          { label: words.received, value: <Time value={report.receivedAt} /> },
          { label: words.source, value: report.reportSource?.name },
          { label: words.requestId, value: report.requestId && <Code>{report.requestId}</Code> },
          { label: words.size, value: words.bytes(report.sizeBytes) },
        ]}
      />
      <Group gap={4}>
        <Text size="sm" fw={600}>
          {words.content}
        </Text>
        <Text size="xs" c="dimmed">
          {words.contentHint[report.reason === 'malformed' ? 'json' : 'hex']}
        </Text>
      </Group>
      <Code block style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>
        {contentOf(report).whole}
      </Code>
    </Stack>
  );
}
