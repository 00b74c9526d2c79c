import { Anchor, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { type KeyBatch, keyBatchSorts } from '../../../../src-shared/contract/key-batches.ts';
import { useCan } from '../../../api/session.ts';
import { usePages } from '../../../api/use-operation.ts';
import type { Column } from '../../../components/DataTable.tsx';
import { ListPage } from '../../../components/ListPage.tsx';
import { Time } from '../../../components/Time.tsx';
import { useNew } from '../../../hooks/use-new.ts';
import { useSorting } from '../../../hooks/use-sorting.ts';
import { useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { count } from '../../../strings/format.ts';
import { keyBatches as words } from '../../../strings/key-batches.ts';
import { BatchState } from './BatchState.tsx';
import { CreateKeyBatch } from './CreateKeyBatch.tsx';
import { GenerationCell } from './GenerationCell.tsx';

const figure = (
  id: 'requested' | 'exported' | 'manufactured' | 'allocated' | 'missing' | 'extra',
  width: number,
): Column<KeyBatch> => ({
  id,
  header: words.funnel[id],
  width,
  sort: id,
  align: 'right',
  cell: (batch) => count(batch.counts[id]),
});

const columns: Column<KeyBatch>[] = [
  {
    id: 'label',
    header: words.label,
    sort: 'label',
    width: 180,
    fixed: true,
    cell: (batch) => (
      <Anchor component={Link} to={`/key-batches/${batch.id}`} size="sm">
        {batch.label}
      </Anchor>
    ),
  },
  { id: 'state', header: words.state, sort: 'state', width: 118, cell: (batch) => <BatchState state={batch.state} /> },
  figure('requested', 94),
  {
    id: 'generated',
    header: words.funnel.generated,
    sort: 'generated',
    width: 120,
    align: 'right',
    cell: (batch) => <GenerationCell batch={batch} />,
  },
  figure('exported', 88),
  figure('manufactured', 116),
  figure('allocated', 92),
  {
    ...figure('missing', 84),
    cell: ({ counts: { missing, overdue } }) =>
      overdue > 0 ? (
        <Text span size="sm" fw={600} c="var(--status-in-transit-text)" title={words.funnel.overdue(overdue)}>
          {count(missing)}
        </Text>
      ) : (
        count(missing)
      ),
  },
  figure('extra', 74),
  { id: 'run', header: words.run, sort: 'run', width: 106, cell: (batch) => batch.productionRun?.name ?? '' },
  {
    id: 'createdBy',
    header: words.createdBy,
    sort: 'createdBy',
    width: 120,
    hidden: true,
    cell: (batch) => batch.createdBy,
  },
  {
    id: 'createdAt',
    header: words.createdAt,
    sort: 'createdAt',
    width: 112,
    cell: (batch) => <Time value={batch.createdAt} relative />,
  },
];

export default function KeyBatchesPage() {
  const navigate = useNavigate();
  const mayCreate = useCan('createKeyBatch');
  const sorting = useSorting(useUrlFilters(['sort']), keyBatchSorts, '-createdAt');
  const pages = usePages('listKeyBatches', { query: { sort: sorting.sort } });
  const [creating, { open, close }] = useNew();
  return (
    <ListPage
      title={words.title}
      term="keyBatch"
      description={words.description}
      create={mayCreate && { label: words.create.button, onClick: open }}
      name="key-batches"
      label={words.table}
      columns={columns}
      pages={pages}
      {...sorting}
      rowKey={(batch) => batch.id}
      onOpen={(batch) => void navigate(`/key-batches/${batch.id}`)}
      empty={{ icon: IconKey, title: words.empty, hint: words.emptyHint }}
    >
      <CreateKeyBatch opened={creating} onClose={close} />
    </ListPage>
  );
}
