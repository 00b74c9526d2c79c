import { Anchor, Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBuildingFactory2, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import type { Manufacturer } from '../../../../src-shared/contract/manufacturers.ts';
import { useCan } from '../../../api/session.ts';
import { usePages } from '../../../api/use-operation.ts';
import { type Column, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Page } from '../../../components/Page.tsx';
import { count } from '../../../strings/format.ts';
import { keyBatches } from '../../../strings/key-batches.ts';
import { manufacturers as words } from '../../../strings/manufacturers.ts';
import { CreateManufacturer } from './CreateManufacturer.tsx';

const columns: Column<Manufacturer>[] = [
  {
    id: 'name',
    header: words.name,
    width: 260,
    fixed: true,
    cell: (one) => (
      <Anchor component={Link} to={`/manufacturers/${one.id}`} size="sm">
        {one.name}
      </Anchor>
    ),
  },
  { id: 'contact', header: words.contact, width: 240, cell: (one) => one.contact },
  {
    id: 'format',
    header: words.format,
    width: 160,
    cell: (one) => keyBatches.export.formats[one.profile.format],
  },
  { id: 'orders', header: words.keyOrders, width: 110, align: 'right', cell: (one) => count(one.counts.keyOrders) },
  { id: 'open', header: words.open, width: 140, align: 'right', cell: (one) => count(one.counts.open) },
  { id: 'keys', header: words.keys, width: 110, align: 'right', cell: (one) => count(one.counts.keys) },
];

/** Who makes devices; one opens into its key files, key orders and tokens. */
export default function ManufacturersPage() {
  const navigate = useNavigate();
  const mayCreate = useCan('createManufacturer');
  const pages = usePages('listManufacturers', { query: {} });
  const [creating, { open, close }] = useDisclosure(false);
  const create = mayCreate && (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={open}>
      {words.create}
    </Button>
  );
  return (
    <Page fill title={words.title} description={words.description} actions={create}>
      <DataTable
        fill
        name="manufacturers"
        label={words.table}
        columns={columns}
        pages={pages}
        rowKey={(one) => one.id}
        onOpen={(one) => void navigate(`/manufacturers/${one.id}`)}
        empty={
          <EmptyState icon={IconBuildingFactory2} title={words.empty} description={words.emptyHint}>
            {create}
          </EmptyState>
        }
      />
      <CreateManufacturer opened={creating} onClose={close} />
    </Page>
  );
}
