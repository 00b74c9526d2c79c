import { Anchor, Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArchive, IconPlus, IconTags } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Brand, Client } from '../../../src-shared/contract/clients.ts';
import { useCan } from '../../api/session.ts';
import { useOperationMutation, usePages } from '../../api/use-operation.ts';
import { type Column, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RowMenu } from '../../components/RowMenu.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { clients as words } from '../../strings/clients.ts';
import { common } from '../../strings/common.ts';
import { count } from '../../strings/format.ts';
import { BrandForm } from './BrandForm.tsx';

/** The brands of one client. */
export function BrandsPanel({ client, includeArchived }: { client: Client; includeArchived: boolean }) {
  const mayEdit = useCan('updateBrand');
  const pages = usePages('listBrands', {
    query: { clientId: client.id, ...(includeArchived ? { includeArchived: 'true' as const } : {}) },
  });
  const [creating, create] = useDisclosure(false);
  const [edited, setEdited] = useState<Brand | null>(null);
  const invalidates = ['listBrands', 'listClients', 'getBrand'] as const;
  const update = useOperationMutation('updateBrand', { invalidates });
  const remove = useOperationMutation('deleteBrand', { invalidates });

  const columns: Column<Brand>[] = [
    {
      id: 'name',
      header: words.brand.name,
      cell: (brand) => (
        <Group gap={6} wrap="nowrap">
          {brand.name}
          {brand.archivedAt && <StateBadge tone="quiet" icon={IconArchive} label={common.archived} />}
        </Group>
      ),
    },
    {
      id: 'runs',
      header: words.brand.runs,
      width: 74,
      align: 'right',
      cell: (brand) => (
        <Anchor
          component={Link}
          size="sm"
          to={`/production-runs?clientId=${client.id}&brandId=${brand.id}`}
          aria-label={words.brand.runsOf(count(brand.productionRunCount), brand.name)}
        >
          {count(brand.productionRunCount)}
        </Anchor>
      ),
    },
  ];
  const menu: Column<Brand> = {
    id: 'menu',
    header: '',
    width: 52,
    align: 'right',
    cell: (brand) => {
      const params = { brandId: brand.id };
      const { version } = brand;
      return (
        <RowMenu
          label={words.actions(brand.name)}
          archived={brand.archivedAt !== null}
          onEdit={() => setEdited(brand)}
          archive={{
            title: words.archiveTitle(brand.name),
            body: words.archiveBody,
            onConfirm: () => update.mutateAsync({ params, body: { archived: true }, version }),
          }}
          onRestore={(seen = version) => update.mutateAsync({ params, body: { archived: false }, version: seen })}
          remove={{
            title: words.deleteTitle(brand.name),
            body: words.deleteBody,
            onConfirm: () => remove.mutateAsync({ params, version }),
          }}
        />
      );
    },
  };
  const button = mayEdit && (
    <Button variant="default" leftSection={<IconPlus size={15} aria-hidden />} onClick={create.open}>
      {words.brand.create}
    </Button>
  );
  return (
    <Panel title={words.brand.panel(client.name)} actions={button}>
      <DataTable
        name="brands"
        label={words.brand.panel(client.name)}
        columns={mayEdit ? [...columns, menu] : columns}
        pages={pages}
        rowKey={(brand) => brand.id}
        empty={<EmptyState icon={IconTags} title={words.brand.empty} description={words.brand.emptyHint} />}
      />
      <BrandForm opened={creating} onClose={create.close} client={client} />
      {edited && <BrandForm key={edited.id} opened onClose={() => setEdited(null)} client={client} brand={edited} />}
    </Panel>
  );
}
