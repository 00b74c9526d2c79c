import { Anchor, Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import type { KeyBatch } from '../../../../src-shared/contract/key-batches.ts';
import { useCan } from '../../../api/session.ts';
import { usePages } from '../../../api/use-operation.ts';
import { type Column, ColumnChoice, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Page } from '../../../components/Page.tsx';
import { Time } from '../../../components/Time.tsx';
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
  align: 'right',
  cell: (batch) => count(batch.counts[id]),
});

const columns: Column<KeyBatch>[] = [
  {
    id: 'label',
    header: words.label,
    width: 180,
    fixed: true,
    cell: (batch) => (
      <Anchor component={Link} to={`/key-batches/${batch.id}`} size="sm">
        {batch.label}
      </Anchor>
    ),
  },
  { id: 'state', header: words.state, width: 118, cell: (batch) => <BatchState state={batch.state} /> },
  figure('requested', 94),
  {
    id: 'generated',
    header: words.funnel.generated,
    width: 120,
    align: 'right',
    cell: (batch) => <GenerationCell batch={batch} />,
  },
  figure('exported', 88),
  figure('manufactured', 116),
  figure('allocated', 92),
  figure('missing', 84),
  figure('extra', 74),
  { id: 'run', header: words.run, width: 106, cell: (batch) => batch.productionRun?.name ?? '' },
  { id: 'createdBy', header: words.createdBy, width: 120, hidden: true, cell: (batch) => batch.createdBy },
  { id: 'createdAt', header: words.createdAt, width: 112, cell: (batch) => <Time value={batch.createdAt} relative /> },
];

export default function KeyBatchesPage() {
  const navigate = useNavigate();
  const mayCreate = useCan('createKeyBatch');
  const pages = usePages('listKeyBatches', {});
  const [creating, { open, close }] = useDisclosure(false);
  const create = mayCreate && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={open}>
      {words.create.button}
    </Button>
  );
  return (
    <Page
      fill
      title={words.title}
      term="keyBatch"
      description={words.description}
      actions={
        <>
          <ColumnChoice name="key-batches" columns={columns} />
          {create}
        </>
      }
    >
      <DataTable
        fill
        name="key-batches"
        label={words.table}
        columns={columns}
        pages={pages}
        rowKey={(batch) => batch.id}
        onOpen={(batch) => void navigate(`/key-batches/${batch.id}`)}
        empty={
          <EmptyState icon={IconKey} title={words.empty} description={words.emptyHint}>
            {create}
          </EmptyState>
        }
      />
      <CreateKeyBatch opened={creating} onClose={close} />
    </Page>
  );
}
