import { Anchor } from '@mantine/core';
import { IconBuildingFactory2 } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { type Manufacturer, manufacturerSorts } from '../../../../src-shared/contract/manufacturers.ts';
import { useCan } from '../../../api/session.ts';
import { usePages } from '../../../api/use-operation.ts';
import type { Column } from '../../../components/DataTable.tsx';
import { ListPage } from '../../../components/ListPage.tsx';
import { useNew } from '../../../hooks/use-new.ts';
import { useSorting } from '../../../hooks/use-sorting.ts';
import { useUrlFilters } from '../../../hooks/use-url-filters.ts';
import { count } from '../../../strings/format.ts';
import { keyBatches } from '../../../strings/key-batches.ts';
import { manufacturers as words } from '../../../strings/manufacturers.ts';
import { CreateManufacturer } from './CreateManufacturer.tsx';

const columns: Column<Manufacturer>[] = [
  {
    id: 'name',
    header: words.name,
    sort: 'name',
    width: 260,
    fixed: true,
    cell: (one) => (
      <Anchor component={Link} to={`/manufacturers/${one.id}`} size="sm">
        {one.name}
      </Anchor>
    ),
  },
  { id: 'contact', header: words.contact, fact: true, sort: 'contact', width: 240, cell: (one) => one.contact },
  {
    id: 'format',
    header: words.format,
    sort: 'format',
    width: 160,
    cell: (one) => keyBatches.export.formats[one.profile.format],
  },
  {
    id: 'orders',
    header: words.keyOrders,
    fact: true,
    sort: 'orders',
    width: 110,
    align: 'right',
    cell: (one) => count(one.counts.keyOrders),
  },
  {
    id: 'open',
    header: words.open,
    fact: true,
    sort: 'open',
    width: 140,
    align: 'right',
    cell: (one) => count(one.counts.open),
  },
  { id: 'keys', header: words.keys, sort: 'keys', width: 110, align: 'right', cell: (one) => count(one.counts.keys) },
];

/** Who makes devices; one opens into its key files, key orders and tokens. */
export default function ManufacturersPage() {
  const navigate = useNavigate();
  const mayCreate = useCan('createManufacturer');
  const sorting = useSorting(useUrlFilters(['sort']), manufacturerSorts, 'name');
  const pages = usePages('listManufacturers', { query: { sort: sorting.sort } });
  const [creating, { open, close }] = useNew();
  return (
    <ListPage
      title={words.title}
      description={words.description}
      create={mayCreate && { label: words.create, onClick: open }}
      name="manufacturers"
      label={words.table}
      columns={columns}
      pages={pages}
      {...sorting}
      rowKey={(one) => one.id}
      onOpen={(one) => void navigate(`/manufacturers/${one.id}`)}
      empty={{ icon: IconBuildingFactory2, title: words.empty, hint: words.emptyHint }}
    >
      <CreateManufacturer opened={creating} onClose={close} />
    </ListPage>
  );
}
